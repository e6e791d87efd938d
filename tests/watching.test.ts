import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openVectorIndex } from '../server/src/adapters/embedded/vector-index.ts'
import { hourMs, minuteMs } from '../server/src/clock.ts'
import { encodeVectors } from '../server/src/features/vector/feature-record.ts'
import { FeedVectors } from '../server/src/features/vector/feed-vectors.ts'
import { Stream } from '../server/src/models/watching/stream-for-tests.ts'

test('a model whose chances are a third too low raises the alarm within the hour, in the metrics and in the log', async () => {
  const stream = new Stream(1)
  stream.live(1, 1.5)
  const { ratio, isAlarm } = stream.task('like')!
  assert.ok(Math.abs(ratio! - 1.5) < 0.2, String(ratio))
  assert.equal(isAlarm, true)
  assert.match(await stream.metrics(), /vireo_model_calibration_alarm\{task="like",model="feed\/1"\} 1\n/)
  assert.deepEqual(
    stream.lines.map(({ msg, task }) => [msg, task]),
    [['what comes is not what the model predicts', 'like']],
  )
})

test('right chances raise no alarm in 100 hours, nor do rare ones of which none has come yet', () => {
  // By chance alone an hour would be beyond four standard errors once in 16,000: in 100 hours with a chance of 0.6 %.
  const stream = new Stream(2)
  for (let hour = 0; hour < 100; hour++) {
    stream.live(1, 1)
    assert.equal(stream.task('like')!.isAlarm, false, `hour ${hour}`)
  }
  assert.deepEqual(stream.lines, [])
  const rare = new Stream(3)
  rare.live(1, 0, () => 0.001)
  assert.equal(rare.task('like')!.ratio, 0)
  assert.equal(rare.task('like')!.isAlarm, false)
})

test('an alarm ends with the hour in which the model was wrong', () => {
  const stream = new Stream(4)
  stream.live(1, 2)
  assert.equal(stream.task('like')!.isAlarm, true)
  stream.live(1.5, 1)
  assert.equal(stream.task('like')!.isAlarm, false)
})

test('a row is judged ten minutes after it was served, if something happened to it or to a later one of its page', () => {
  const stream = new Stream(5)
  const read = stream.serve([0.1, 0.1, 0.1, 0.1])
  stream.serve([0.1, 0.1])
  stream.did('Watch', read, 1, { watchMs: 20_000 })
  stream.did('Like', read, 2)
  stream.did('Unlike', read, 2)
  stream.pass(9 * minuteMs)
  assert.equal(stream.task('like')!.judged, 0)
  stream.pass(minuteMs)
  const { judged, predicted, actual, standardError } = stream.task('like')!
  assert.deepEqual([judged, actual], [3, 0])
  assert.ok(Math.abs(predicted - 0.3) < 1e-6)
  // One page says less of the variance than the model does.
  assert.ok(Math.abs(standardError - Math.sqrt(3 * 0.1 * 0.9)) < 1e-6)
  assert.deepEqual(stream.watch.read().sources, [
    { source: 'trending', shown: 2, longViews: 0, watchedMs: 0 },
    { source: 'fresh', shown: 1, longViews: 1, watchedMs: 20_000 },
  ])
})

test('what became of a row is what the label join would say of it', () => {
  const terms = ['finish', 'long_view', 'skip', 'watch_ms', 'not_interested', 'click']
  const items = ['v0', 'v1', 'v2', 'v3'].map((videoId, at) => ({
    videoId,
    terms: [0.5, 0.5, 0.5, 9_000, 0.5, 0.5],
    ...(at === 3 ? {} : { lengthMs: 60_000 }),
  }))
  const stream = new Stream(6)
  const slate = stream.serve([], { items: items as never, terms })
  stream.did('Watch', slate, 0, { watchMs: 60_000 })
  // Skipped once and then watched is not skipped; the longest play counts.
  stream.did('Watch', slate, 1, { watchMs: 500 })
  stream.did('Watch', slate, 1, { watchMs: 30_000 })
  stream.did('Watch', slate, 2, { watchMs: 900 })
  stream.did('NotInterested', slate, 3)
  stream.pass(10 * minuteMs)
  const judged = terms.map((task) => [task, stream.task(task)?.judged, stream.task(task)?.actual])
  assert.deepEqual(judged, [
    ['finish', 3, 1],
    ['long_view', 3, 2],
    ['skip', 3, 1],
    ['watch_ms', 4, 90_900],
    ['not_interested', 4, 1],
    ['click', 0, 0],
  ])
})

test('pages for which there is no room are passed over and counted, until those that wait were judged', () => {
  const stream = new Stream(7, { rows: 25 })
  for (const round of [1, 2, 3]) {
    const slates = Array.from({ length: 100 }, () => stream.serve(new Array(10).fill(0.1)))
    for (const slate of slates) stream.did('Like', slate, 9)
    stream.pass(10 * minuteMs)
    const { judged, actual } = stream.task('like')!
    assert.deepEqual([judged, actual, stream.watch.read().passedOver], [20 * round, 2 * round, 98 * round])
  }
})

test('predictions that move away from those of the first hours raise an alarm, and those that stay do not', async () => {
  const stream = new Stream(8)
  stream.live(8, 1)
  assert.ok(stream.task('like')!.predictionIndex! < 0.05)
  assert.match(await stream.metrics(), /vireo_model_prediction_alarm\{task="like",model="feed\/1"\} 0\n/)
  stream.live(2, 1, () => 0.2)
  assert.ok(stream.task('like')!.predictionIndex! > 0.2)
  assert.match(await stream.metrics(), /vireo_model_prediction_alarm\{task="like",model="feed\/1"\} 1\n/)
  const median = stream.task('like')!.quantiles.find(({ share }) => share === 0.5)!.value
  assert.ok(Math.abs(median - 0.2) < 0.04, String(median))
})

test('versions of the model are told apart, and no more than four of them', async () => {
  const stream = new Stream(9)
  for (const version of ['1', '2', '3', '4', '1', '5']) stream.serve([0.1], { model: `feed/${version}` })
  assert.deepEqual(
    stream.watch.read().models.map((each) => each.model),
    ['feed/3', 'feed/4', 'feed/1', 'feed/5'],
  )
  assert.doesNotMatch(await stream.metrics(), /feed\/2/)
})

test('pages that were imported, and tasks of which a model says nothing, are left out', () => {
  const stream = new Stream(10)
  stream.did('Like', stream.serve([0.1, 0.1], { imported: true }), 1)
  stream.did('Like', stream.serve([0, 0]), 1)
  stream.pass(10 * minuteMs)
  const { models, pages, sources } = stream.watch.read()
  assert.deepEqual(
    models.map(({ tasks }) => tasks),
    [[]],
  )
  assert.equal(pages.videos, 2)
  assert.equal(
    sources.reduce((sum, { shown }) => sum + shown, 0),
    2,
  )
})

test('new are the videos that were uploaded within a day, or a week', () => {
  const stream = new Stream(11)
  stream.pass(hourMs)
  stream.serve(new Array(10).fill(0.1))
  const { videos, newVideos } = stream.watch.read().pages
  assert.deepEqual([videos, newVideos], [10, [1, 7]])
})

test('diversity is the mean distance of all pairs of a page, and novelty the bits of a share of impressions', async (context) => {
  const stream = new Stream(12)
  const index = await openVectorIndex({ width: 2 })
  context.after(() => index.close())
  await index.upsert(Uint32Array.of(0, 1, 2, 3), Float32Array.of(1, 0, 2, 0, 0, 1, 0, 3))
  stream.vectors = index.vectors
  for (const slot of [0, 0, 0, 1]) stream.counters.count(slot, stream.clock.ms, ['served'])
  stream.serve([0.1, 0.1, 0.1, 0.1])
  const { diversity, novelty } = stream.watch.read().pages
  assert.equal(diversity.pages, 1)
  assert.ok(Math.abs(diversity.sum - 4 / 6) < 0.01, String(diversity.sum))
  assert.equal(novelty.videos, 4)
  const bits = Math.log2(5 / 4) + Math.log2(5 / 2) + 2 * Math.log2(5)
  assert.ok(Math.abs(novelty.sum - bits) < 1e-9)
})

test('a feature that moves away from what the model was given first is counted and named', () => {
  const stream = new Stream(13)
  // One record of vectors in sixteen is looked at, and 2,000 are enough to say something.
  const live = (lengthMs: number) => {
    const { slateId } = stream.serve([0.1])
    const itemValues = new Float64Array(FeedVectors.itemWidth)
    itemValues[0] = lengthMs
    const record = { slateId, person: 'ann', timeMs: stream.clock.ms, featureSet: 'feed@1', videoIds: ['v0'], recentVideos: [] }
    const bytes = encodeVectors({
      ...record,
      personValues: new Float64Array(FeedVectors.personWidth),
      itemValues,
      itemWidth: FeedVectors.itemWidth,
    })
    for (let time = 0; time < 16 * 2_000; time++) stream.watch.vectors(bytes)
    return stream.watch.read().models[0]!.features
  }
  assert.deepEqual(live(60_000), { moved: [], largest: undefined })
  stream.pass(7 * hourMs)
  assert.deepEqual(live(60_000), { moved: [], largest: 0 })
  stream.pass(2 * hourMs)
  assert.deepEqual(
    live(5_000).moved.map(({ name }) => name),
    ['video_length_ms'],
  )
})
