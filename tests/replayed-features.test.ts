import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openLakeFolder } from '../server/src/adapters/embedded/lake-folder.ts'
import { openReplayState } from '../server/src/compose/beside.ts'
import type { FeatureRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { LakeDatabase, quoted } from '../server/src/lake/database.ts'
import { writerOptions } from '../server/src/lake/lake-for-tests.ts'
import { LakeWriter } from '../server/src/lake/lake-writer.ts'
import { topics } from '../server/src/ports/event-log.ts'
import { seededRandom } from '../server/src/random.ts'
import { replayFeatures, type VectorFiles } from '../server/src/samples/replay/replay-features.ts'
import { decoders } from '../server/src/state/read-record.ts'
import { Type, type VireoForTests, vireoForTests } from './vireo-for-tests.ts'

/** People who are served pages, and like, skip and finish what they see, over some days. */
async function someDays(vireo: VireoForTests): Promise<void> {
  const random = seededRandom(1, 2, 3, 4)
  const of = (most: number) => Math.floor(random() * most)
  await vireo.put(
    ...Array.from({ length: 400 }, (_, n) => ({
      videoId: `v${n}`,
      creatorId: `c${n % 7}`,
      audioId: `a${n % 5}`,
      lengthMs: n % 11 === 0 ? undefined : 5_000 * (1 + (n % 20)),
      categories: [`k${n % 4}`, `k${n % 3}`].map((name) => ({ name, confidence: 1, source: '' })),
    })),
  )
  for (let page = 0; page < 60; page++) {
    const person = `p${of(5)}`
    const surface = of(5) === 0 ? 'search' : 'main'
    const { results } = await vireo.page(person, { context: { surface } })
    for (const { videoId, tracking } of results.slice(0, 1 + of(10))) {
      vireo.clock.pass({ seconds: 1 + of(90) })
      await vireo.did(person, Type.Watch, videoId, { watchMs: of(40_000), tracking })
      if (of(6) === 0) await vireo.did(person, [Type.Like, Type.Share, Type.Follow, Type.Unlike][of(4)]!, videoId, { tracking })
    }
    vireo.clock.pass({ minutes: of(3) === 0 ? of(2_000) : of(20), seconds: 1 })
  }
}

/** A request a page. */
const everyPage = `
  SELECT row_number() OVER (ORDER BY time_ms)::INTEGER AS request, person, surface, time_ms,
    to_json(list({ 'slate': slate_id, 'index': item_index, 'video': video_id } ORDER BY item_index))::VARCHAR AS items
  FROM served GROUP BY slate_id, person, surface, time_ms`

test('a replay of the lake makes the very vectors that serving made', async (context) => {
  const vireo = await vireoForTests(context)
  await someDays(vireo)
  const folder = await mkdtemp(join(tmpdir(), 'vireo-replay-'))
  context.after(() => rm(folder, { recursive: true }))
  const lake = await openLakeFolder({ folder: join(folder, 'lake'), clock: vireo.clock })
  const writer = await LakeWriter.open(lake, vireo.clock, writerOptions)
  for (const topic of topics) {
    const records = await vireo.records(topic)
    for (const partition of new Set(records.map((record) => record.partition)))
      await writer.add(records.filter((record) => record.partition === partition))
  }
  await writer.flush()
  await writer.close()
  const state = await openReplayState(join(folder, 'state'), vireo.config)
  const files = await replayFeatures({
    lake,
    manifest: await lake.manifest(),
    state,
    requestsSql: everyPage,
    folder: join(folder, 'vectors'),
    memoryMb: 256,
    signal: AbortSignal.timeout(60_000),
  })
  await state.close()
  await lake.close()

  const logged = (await vireo.records('features')).map(({ value }) => decoders.features(value) as FeatureRecord)
  const replayed = await vectorsOf(context, files)
  assert.equal(logged.length, 60)
  assert.equal(replayed.length, 60)
  for (const { slateId, recentVideos, personValues, items } of logged) {
    const vectors = replayed.find((each) => each.slateId === slateId)
    assert.deepEqual(vectors, { slateId, recentVideos, personValues, items: items.map(({ values }) => values) })
  }
})

async function vectorsOf(context: TestContext, files: readonly VectorFiles[]) {
  const tempFolder = await mkdtemp(join(tmpdir(), 'vireo-replay-'))
  context.after(() => rm(tempFolder, { recursive: true }))
  const database = await LakeDatabase.open({ memoryMb: 256, tempFolder })
  const from = (side: keyof VectorFiles) => `read_parquet([${files.map((each) => quoted(each[side])).join(', ')}])`
  const { rows } = await database.answer(`
    SELECT slate_id, any_value(recent_videos), any_value(person_values), list(item_values ORDER BY item_index)
    FROM ${from('items')} JOIN ${from('people')} USING (request) GROUP BY slate_id`)
  database.close()
  const numbers = (values: unknown) => (values as string[]).map(Number)
  return rows.map(([slateId, recentVideos, personValues, items]) => ({
    slateId: slateId as string,
    recentVideos: recentVideos as string[],
    personValues: numbers(personValues),
    items: (items as unknown[]).map(numbers),
  }))
}
