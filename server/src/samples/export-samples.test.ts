import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../clock.ts'
import { FeatureRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import { LakeDatabase, quoted } from '../lake/database.ts'
import { type ExportOptions, exportSamples } from './export-samples.ts'
import { LakeWithSamples, servedMs } from './samples-for-tests.ts'

const featureSet = {
  name: 'feed',
  version: 1,
  personFeatures: [{ name: 'person_plays_all' }],
  itemFeatures: [{ name: 'video_plays_24h' }, { name: 'length_ms_known' }],
}

/** A page of two videos on each of two days, the first with features. */
async function twoDays(context: TestContext): Promise<{ lake: LakeWithSamples; out: string; options: Omit<ExportOptions, 'out'> }> {
  const lake = await LakeWithSamples.open(context)
  const features = (slateId: string, version: number, timeMs: number) =>
    FeatureRecord.fromPartial({
      slateId,
      person: 'ann',
      timeMs,
      featureSet: `feed@${version}`,
      personValues: [7],
      items: [10, 20].map((plays, i) => ({ videoId: 'ab'[i]!, values: [plays, i] })),
    })
  const nextMs = servedMs + dayMs
  await lake.add(lake.slate('s', ['a', 'b']), features('s', 1, servedMs), lake.event('Watch', 's', 'b', { watchMs: 30_000 }))
  await lake.add(lake.slate('t', ['a', 'b'], { timeMs: nextMs }), features('t', 2, nextMs))
  const lastMs = nextMs + 7 * hourMs
  // Their session goes on into the hour after.
  const shares = [25, 50].map((minutes) => lake.event('Share', '', 'a', { timeMs: lastMs + minutes * minuteMs }))
  await lake.add(lake.slate('u', ['a'], { timeMs: lastMs }), ...shares)
  await lake.join(lastMs + 70 * minuteMs)
  const folder = await mkdtemp(join(tmpdir(), 'vireo-export-'))
  context.after(() => rm(folder, { recursive: true }))
  const signal = AbortSignal.timeout(60_000)
  const judged = { failedPartitions: new Set<string>(), judgedMs: lake.clock.now() }
  const options = { lake: lake.lake, clock: lake.clock, featureSet, ...judged, memoryMb: 256, signal }
  return { lake, out: join(folder, 'out'), options }
}

async function rowsOf(out: string, columns: string, files = 'date=*.parquet', order = 'sample_id'): Promise<unknown> {
  const database = await LakeDatabase.open({ memoryMb: 256, tempFolder: join(out, '..', 'scratch') })
  try {
    return (await database.answer(`SELECT ${columns} FROM read_parquet(${quoted(join(out, files))}) ORDER BY ${order}`)).rows
  } finally {
    database.close()
  }
}

test('an export has a column a feature, and says what it leaves out', async (context) => {
  const { out, options } = await twoDays(context)
  const manifest = await exportSamples({ ...options, out })
  assert.deepEqual(await rowsOf(out, 'sample_id, long_view, person_plays_all, video_plays_24h, length_ms_known'), [
    ['s/0', false, 7, 10, 0],
    ['s/1', true, 7, 20, 1],
  ])
  assert.deepEqual(manifest.days, [{ date: '2026-01-15', file: 'date=2026-01-15.parquet', rows: 2 }])
  assert.deepEqual(manifest.leftOut, { failed: [], notSettled: 0, notFinal: 1, otherFeatures: 2 })
  assert.deepEqual(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')), manifest)
  assert.deepEqual(manifest.columns.slice(-3), [
    { name: 'person_plays_all', type: 'BIGINT', role: 'person_feature' },
    { name: 'video_plays_24h', type: 'BIGINT', role: 'item_feature' },
    { name: 'length_ms_known', type: 'BIGINT', role: 'item_feature' },
  ])
  const database = await LakeDatabase.open({ memoryMb: 256, tempFolder: join(out, '..', 'scratch') })
  const described = await database.rows(`DESCRIBE FROM read_parquet(${quoted(join(out, 'date=*.parquet'))})`)
  database.close()
  assert.deepEqual(
    described.map(([name, type]) => [name, type]),
    manifest.columns.map(({ name, type }) => [name, type]),
  )
})

test('beside the samples are the videos as they were put last, and what people did before there were times', async (context) => {
  const { lake, out, options } = await twoDays(context)
  const video = (videoId: string, title: string) =>
    VideoRecord.fromPartial({ timeMs: servedMs, video: { videoId, title, categories: [{ name: 'cats' }], embedding: [0.5, -2] } })
  await lake.add(video('b', 'Before'), video('a', 'Only'), video('b', 'After'))
  const untimed = (videoId: string, timeMs: number, sourceLongView: boolean) =>
    lake.event('Watch', '', videoId, { timeMs, untimed: true, imported: true, sourceLongView })
  await lake.add(untimed('b', 2_000, true), untimed('a', 1_000, false), lake.event('Like', '', 'b', { timeMs: 2_000, untimed: true }))
  const manifest = await exportSamples({ ...options, out })
  assert.deepEqual(await rowsOf(out, "video_id, title, array_to_string(categories, ' '), embedding[2]", manifest.videos.file, 'video_id'), [
    ['a', 'Only', 'cats', -2],
    ['b', 'After', 'cats', -2],
  ])
  assert.deepEqual(await rowsOf(out, 'person, video_id, long_view, liked', manifest.history.file, 'time_ms'), [
    ['ann', 'a', false, false],
    ['ann', 'b', true, true],
  ])
  assert.deepEqual([manifest.videos.rows, manifest.history.rows], [2, 2])
})

test('vectors that were frozen to another time replace those that were logged', async (context) => {
  const { lake, out, options } = await twoDays(context)
  const files = await lake.vectors(servedMs - 60_000, [
    { slate: 's', index: 0, person: [1], item: [2, 3] },
    { slate: 't', index: 1, person: [4], item: [5, 2 ** 40] },
  ])
  const manifest = await exportSamples({ ...options, out, frozen: { as: 'day', files: [files] } })
  assert.deepEqual(await rowsOf(out, 'sample_id, recent_videos, person_plays_all, video_plays_24h, length_ms_known'), [
    ['s/0', ['b'], 1, 2, 3],
    ['t/1', ['b'], 4, 5, 2 ** 40],
  ])
  assert.equal(manifest.featuresAsOf, 'day')
  assert.equal(manifest.leftOut.otherFeatures, 2)
})

test('how fast something goes, this hour against its day, is a column of each entity that is counted by both', async (context) => {
  const { lake, out, options } = await twoDays(context)
  const counted = ['video_impressions_1h', 'video_impressions_24h', 'audio_impressions_1h'].map((name) => ({ name }))
  const files = await lake.vectors(servedMs - 60_000, [{ slate: 's', index: 0, person: [1], item: [10, 40, 7] }])
  const featureSet = { ...options.featureSet, itemFeatures: counted }
  const { columns } = await exportSamples({ ...options, out, featureSet, frozen: { as: 'day', files: [files] } })
  assert.deepEqual(
    columns.flatMap(({ name, role }) => (role === 'velocity' ? name : [])),
    ['video_velocity'],
  )
  assert.deepEqual(await rowsOf(out, 'sample_id, video_velocity'), [['s/0', 245 / 45]])
})

test('hours whose data failed are left out and named', async (context) => {
  const { out, options } = await twoDays(context)
  const manifest = await exportSamples({ ...options, out, failedPartitions: new Set(['date=2026-01-15/hour=07']) })
  assert.deepEqual([manifest.rows, manifest.leftOut.failed], [0, [{ partition: 'date=2026-01-15/hour=07', rows: 2 }]])
})

test('hours that were not over when data quality was judged are left out', async (context) => {
  const { out, options } = await twoDays(context)
  const { leftOut, rows } = await exportSamples({ ...options, out, judgedMs: servedMs + dayMs + 30 * minuteMs })
  assert.deepEqual([rows, leftOut], [2, { failed: [], notSettled: 3, notFinal: 0, otherFeatures: 0 }])
})

test('an export replaces an earlier one whole, leaves it when it fails, and touches nothing else', async (context) => {
  const { out, options } = await twoDays(context)
  const first = await exportSamples({ ...options, out })
  const gone = { people: join(out, 'gone.parquet'), items: join(out, 'gone.parquet') }
  await assert.rejects(exportSamples({ ...options, out, frozen: { as: 'day', files: [gone] } }), /gone/)
  assert.deepEqual(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')), first)
  await exportSamples({ ...options, out })
  assert.deepEqual(await readdir(out), ['date=2026-01-15.parquet', 'history.parquet', 'manifest.json', 'videos.parquet'])
  assert.deepEqual(await readdir(join(out, '..')), ['out'])

  const other = join(out, '..', 'other')
  await writeFile(other, 'mine')
  await assert.rejects(exportSamples({ ...options, out: other }), { code: 'EXPORT_FOLDER_TAKEN' })
  await assert.rejects(exportSamples({ ...options, out: join(out, '..') }), { code: 'EXPORT_FOLDER_TAKEN' })
})

test('a feature may not have the name of another column', async (context) => {
  const { out, options } = await twoDays(context)
  const taken = { ...featureSet, itemFeatures: [{ name: 'long_view' }] }
  await assert.rejects(exportSamples({ ...options, featureSet: taken, out }), { code: 'FEATURE_NAME_TAKEN', field: 'long_view' })
})
