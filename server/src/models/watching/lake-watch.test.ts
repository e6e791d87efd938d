import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { hourMs, minuteMs } from '../../clock.ts'
import { FeatureRecord, VideoRecord } from '../../generated/vireo/record/v1/records.ts'
import { LakeDatabase } from '../../lake/database.ts'
import { seededRandom } from '../../random.ts'
import { LakeWithSamples, servedMs } from '../../samples/samples-for-tests.ts'
import { tasks } from '../tasks.ts'
import { type LakeWatchOptions, type LakeWatchReading, modelWatch } from './lake-watch.ts'
import { model, Stream, videos } from './stream-for-tests.ts'

async function lakeReading(
  context: TestContext,
  { lake }: LakeWithSamples,
  more: Partial<LakeWatchOptions> = {},
): Promise<LakeWatchReading> {
  const pin = await lake.pin()
  const database = await LakeDatabase.open({ lake, memoryMb: 256, tempFolder: lake.scratch('watching') })
  context.after(() => database.close())
  const options = { nowMs: servedMs + hourMs, hours: 24, horizonHours: 72, trainingOf: async () => undefined, ...more }
  const read = await modelWatch(database, { lake, manifest: pin.manifest, ...options })
  await pin.release()
  return read
}

test('the lake says by hour, task, model and category what was predicted and what came of it', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const terms = ['like', 'long_view', 'watch_ms']
  const item = (videoId: string, categories: readonly string[], predicted: readonly number[], source: number) => ({
    videoId,
    categories: [...categories],
    lengthMs: 60_000,
    terms: [...predicted],
    source,
  })
  const shown = [
    item('a', ['cats', 'dogs'], [0.25, 0.5, 10_000], 0),
    item('b', ['cats'], [0.25, 0.5, 20_000], 1),
    item('c', ['dogs'], [0.25, 0.5, 30_000], 1),
    item('d', ['dogs'], [0.25, 0.5, 30_000], 0),
  ]
  await lake.add(
    VideoRecord.fromPartial({ video: { videoId: 'a', uploadTime: { seconds: BigInt(servedMs / 1_000 - 3_600) } }, timeMs: servedMs }),
    lake.slate('s1', [], { items: shown as never, terms, model, sources: ['trending', 'fresh'] }),
    lake.slate('s2', [], { person: 'bob', items: [item('a', ['cats'], [0, 0, 0], 0)] as never, terms, sources: ['trending'] }),
    lake.event('Impression', 's1', 'c'),
    lake.event('Watch', 's1', 'a', { watchMs: 30_000 }),
    lake.event('Like', 's1', 'b'),
  )
  const read = await lakeReading(context, lake)
  const calibration = ({ task, videos, predicted, actual, ratio }: Record<string, unknown>) => [task, videos, predicted, actual, ratio]
  // Nobody scrolled to the fourth.
  assert.deepEqual(
    read.calibrationByHour.map((row) => [row.date, row.hour, row.model]),
    new Array(3).fill(['2026-01-15', '07', model]),
  )
  assert.deepEqual(read.calibration.map(calibration), read.calibrationByHour.map(calibration))
  assert.deepEqual(read.calibration.map(calibration), [
    ['like', 3, 0.75, 1, 1 / 0.75],
    ['long_view', 3, 1.5, 1, 1 / 1.5],
    ['watch_ms', 3, 60_000, 30_000, 0.5],
  ])
  assert.deepEqual(
    read.calibrationByCategory.filter(({ task }) => task === 'like').map((row) => [row.category, row.videos, row.predicted, row.actual]),
    [
      ['cats', 2, 0.5, 1],
      ['dogs', 2, 0.5, 0],
    ],
  )
  assert.deepEqual(
    read.sourcesByHour.map((row) => [row.source, row.shown, row.long_views, row.watched_ms, row.share_shown, row.share_watched]),
    [
      ['fresh', 2, 0, 0, 0.5, 0],
      ['trending', 2, 1, 30_000, 0.5, 1],
    ],
  )
  const [{ pages, videos, share_new_day, categories_a_page, novelty_bits }] = read.shownByHour as [Record<string, unknown>]
  assert.deepEqual([pages, videos, share_new_day, categories_a_page], [2, 5, 0.4, 1.5])
  assert.ok(Math.abs(Number(novelty_bits) - (2 * Math.log2(5 / 2) + 3 * Math.log2(5)) / 5) < 1e-9)
  assert.deepEqual(read.features, { against: 'nothing', moved: [] })
})

test('the server and the lake judge the same records alike', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const stream = new Stream(14)
  stream.clock.ms = servedMs
  const random = seededRandom(15, 0, 0, 0)
  const terms = tasks.filter((task) => task !== 'click')
  const types = ['Watch', 'Watch', 'Watch', 'Like', 'Unlike', 'Share', 'Comment', 'Follow', 'NotInterested'] as const
  const slates = Array.from({ length: 20 }, (_, at) => {
    const items = Array.from({ length: 8 }, (_, position) => ({
      videoId: videos[position]!,
      position,
      source: 0,
      terms: terms.map((task) => (task === 'watch_ms' ? Math.floor(60_000 * random()) : random())),
      ...(random() < 0.8 ? { lengthMs: 30_000 } : {}),
    }))
    return lake.slate(`s${at}`, [], { items: items as never, terms, model })
  })
  const events = slates.flatMap(({ slateId }, page) => [
    lake.event('Impression', slateId, 'v3'),
    ...Array.from({ length: 10 }, (_, at) => {
      const type = types[Math.floor(types.length * random())]!
      const watchMs = [500, 4_000, 19_000, 30_000][Math.floor(4 * random())]!
      const timeMs = servedMs + 1_000 * (20 * page + at)
      return lake.event(type, slateId, videos[Math.floor(6 * random())]!, { timeMs, ...(type === 'Watch' ? { watchMs } : {}) })
    }),
  ])
  await lake.add(...slates, ...events)
  for (const slate of slates) stream.watch.slate(slate)
  for (const event of events) stream.watch.event(event)
  stream.pass(10 * minuteMs)
  const { calibration } = await lakeReading(context, lake)
  assert.deepEqual(
    calibration.map(({ task, videos, predicted, actual }) => [task, videos, Number(predicted).toFixed(3), actual]),
    stream.watch
      .read()
      .models[0]!.tasks.map(({ task, judged, predicted, actual }) => [task, judged, predicted.toFixed(3), actual])
      .sort(),
  )
})

test('features that differ from those of the training window are named', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const pages = (hours: number, lengthMs: number) =>
    Array.from({ length: 205 }, (_, at) => {
      const [slateId, timeMs] = [`s${hours}/${at}`, servedMs + hours * hourMs]
      const items = videos.slice(0, 10).map((videoId) => ({ videoId, values: [lengthMs] }))
      const slate = lake.slate(slateId, videos.slice(0, 10), { timeMs, model })
      return [slate, FeatureRecord.fromPartial({ slateId, person: 'ann', timeMs, featureSet: 'feed@1', items })]
    })
  await lake.add(...pages(0, 60_000).flat(), ...pages(30, 5_000).flat())
  const training = { fromMs: servedMs - hourMs, untilMs: servedMs + hourMs }
  const { features } = await lakeReading(context, lake, { nowMs: servedMs + 31 * hourMs, trainingOf: async () => training })
  assert.equal(features.against, 'training')
  assert.deepEqual(
    features.moved.map(({ feature }) => feature),
    ['video_length_ms'],
  )
  const before = await lakeReading(context, lake, { nowMs: servedMs + 31 * hourMs })
  assert.deepEqual(before.features, { ...features, against: 'before' })
})
