import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayMs } from '../clock.ts'
import type { EventRecord } from '../generated/vireo/record/v1/records.ts'
import { outcome, outcomesOf } from '../people/outcomes.ts'
import { LakeWithSamples, type Sample, servedMs } from './samples-for-tests.ts'

const after = (seconds: number) => servedMs + 1_000 * seconds

/** The sample of one video, 60 s long, after some events of it. */
async function sampleAfter(lake: LakeWithSamples, events: readonly EventRecord[]): Promise<Sample> {
  await lake.add(lake.slate('s', ['a']), ...events)
  await lake.join(servedMs + dayMs)
  return (await lake.samples())[0]!
}

test('one watch gives the same labels as it gives the state', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const lengths = fc.oneof(fc.constantFrom(1, 9_999, 10_000, 18_000, 18_001), fc.integer({ min: 1, max: 70_000 }))
  const watch = fc.record({
    lengthMs: fc.option(lengths, { nil: undefined }),
    watchMs: fc.option(fc.oneof(fc.constantFrom(0, 2_999, 3_000, 17_999, 18_000), fc.integer({ min: 0, max: 90_000 })), { nil: undefined }),
    sourceLongView: fc.option(fc.boolean(), { nil: undefined }),
  })
  const watches = fc.sample(watch, 400)
  const videos = watches.map((_, i) => `v${i}`)
  const items = videos.map((videoId, position) => ({ videoId, position }))
  const events = watches.map((more, i) => lake.event('Watch', 's', videos[i]!, more))
  await lake.add(lake.slate('s', [], { items: items as never }), ...events)
  await lake.join(servedMs + dayMs)
  const samples = await lake.samples()
  for (const [i, event] of events.entries()) {
    const bits = outcomesOf(event)
    const { long_view, finish, skipped, watch_ms } = samples[i]!
    const known = (bits & outcome.lengthKnown) !== 0
    const timed = event.watchMs !== undefined
    assert.deepEqual(
      { long_view, finish, skipped, watch_ms },
      {
        long_view: known ? (bits & outcome.longView) !== 0 : null,
        finish: known && timed ? (bits & outcome.finish) !== 0 : null,
        skipped: timed ? (bits & outcome.skip) !== 0 : null,
        watch_ms: event.watchMs ?? null,
      },
      JSON.stringify(event),
    )
  }
})

test('of several plays the longest counts, and it was skipped only if each was', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const events = [500, 20_000, 900].map((watchMs, i) => lake.event('Watch', 's', 'a', { watchMs, timeMs: after(i) }))
  assert.partialDeepStrictEqual(await sampleAfter(lake, events), { watch_ms: 20_000, long_view: true, finish: false, skipped: false })
})

test('whether it was opened is the word of the log it was imported from, and unknown without it', async (context) => {
  for (const [words, clicked] of [
    [[undefined], null],
    [[false], false],
    [[false, true], true],
  ] as const) {
    const lake = await LakeWithSamples.open(context)
    const events = words.map((sourceClick, i) => lake.event('Watch', 's', 'a', { watchMs: 500, timeMs: after(i), sourceClick }))
    assert.equal((await sampleAfter(lake, events)).clicked, clicked)
  }
})

test('an unlike takes a like back, and a like after it counts again', async (context) => {
  for (const [types, liked] of [
    [['Like'], true],
    [['Like', 'Unlike'], false],
    [['Unlike', 'Like'], true],
    [['Unlike'], false],
    [['Like', 'Unlike', 'Like'], true],
  ] as const) {
    const lake = await LakeWithSamples.open(context)
    const events = types.map((type, i) => lake.event(type, 's', 'a', { timeMs: after(i) }))
    // They may arrive in another order than they were done.
    assert.equal((await sampleAfter(lake, events.reverse())).liked, liked, types.join())
  }
})

test('each reaction is a label of its own', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const events = (['Share', 'Comment', 'Follow', 'NotInterested'] as const).map((type) => lake.event(type, 's', 'a'))
  const labels = {
    liked: false,
    shared: true,
    commented: true,
    followed: true,
    not_interested: true,
    watch_ms: 0,
    long_view: false,
    skipped: null,
  }
  assert.partialDeepStrictEqual(await sampleAfter(lake, events), labels)
})

test('events count for the row whose page, person and video they carry, and for no other', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const elsewhere = [
    lake.event('Like', '', 'a'),
    lake.event('Like', 't', 'a'),
    lake.event('Like', 's', 'b'),
    lake.event('Like', 's', 'a', { person: 'bob' }),
  ]
  assert.partialDeepStrictEqual(await sampleAfter(lake, elsewhere), { sample_id: 's/0', liked: false, watch_ms: 0 })
})

test('nothing is said of finishing a video of unknown length', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const items = ['a', 'b'].map((videoId) => ({ videoId }))
  await lake.add(lake.slate('s', [], { items: items as never }), lake.event('Watch', 's', 'a', { watchMs: 90_000 }))
  await lake.join(servedMs + dayMs)
  const [watched, left] = await lake.samples()
  assert.partialDeepStrictEqual(watched, { watch_ms: 90_000, finish: null, long_view: null, skipped: false })
  assert.partialDeepStrictEqual(left, { watch_ms: 0, finish: null, long_view: null, skipped: null })
})
