import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Catalog } from '../catalog/catalog.ts'
import { VideoCounters } from '../counters/video-counters.ts'
import { Video, VideoState } from '../generated/vireo/v1/catalog.ts'
import { seededRandom } from '../random.ts'
import { BucketFlow } from './bucket-flow.ts'
import { type CategoryRecord, categoryChances } from './category-draw.ts'

const startMs = Date.UTC(2026, 0, 15, 12)
const nobody = (): CategoryRecord => ({ plays: 0, watches: 0 })

/** A flow with its surroundings, and how time and people go on in it. */
function flowForTests() {
  const texts = new Map<string, Video>()
  const catalog = new Catalog({ get: (id) => texts.get(id), put: (id, video) => void texts.set(id, video) })
  const clock = { ms: startMs, now: () => clock.ms }
  const counters = new VideoCounters(clock, catalog.ids)
  const flow = new BucketFlow(catalog, counters, clock)
  catalog.observers.push(flow)
  return {
    catalog,
    clock,
    flow,
    put(videoId: string, categories: readonly string[], ageDays = 0, state: VideoState = VideoState.VIDEO_STATE_CLEARED): number {
      const uploadTime = { seconds: BigInt(Math.floor(clock.ms / 1_000) - ageDays * 86_400), nanos: 0 }
      return catalog.put(
        Video.create({ videoId, state, uploadTime, categories: categories.map((name) => ({ name, confidence: 1, source: '' })) }),
      )
    },
    play(slot: number, plays: number, watches: number): void {
      for (let n = 0; n < plays; n++) {
        counters.count(slot, clock.ms, n < watches ? ['plays', 'watched10s'] : ['plays'])
        flow.played(slot, n < watches)
      }
    },
    serve(slot: number, times: number): void {
      for (let n = 0; n < times; n++) {
        counters.count(slot, clock.ms, ['served'])
        flow.served(slot)
      }
    },
    drawn(count = 400): Set<number> {
      return new Set(flow.draw(count, nobody, seededRandom(1, 2, 3, count)).map(({ slot }) => slot))
    },
  }
}

test('a video goes from bucket to bucket by its plays, and is promoted where it is watched as much as its category', () => {
  const { flow, play, put } = flowForTests()
  const slot = put('a', ['k'])
  const buckets: (number | string | undefined)[] = []
  for (let plays = 0; plays <= 100; plays++) {
    const now = flow.bucketOf(slot) ?? flow.verdictOn(slot)
    if (now !== buckets.at(-1)) buckets.push(plays, now)
    if (plays < 100) play(slot, 1, 1)
  }
  assert.deepEqual(buckets, [0, 0, 10, 1, 30, 2, 100, 'promoted'])
})

test('a video is retired early when the chance that it is half as good as its category falls below 5 %, and not before it is known', () => {
  const { flow, play, put } = flowForTests()
  const [good, bad] = [put('good', ['k']), put('bad', ['k'])]
  play(good, 99, 90)
  play(bad, 29, 0)
  assert.equal(flow.bucketOf(bad), 1)
  play(bad, 1, 0)
  assert.equal(flow.verdictOn(bad), 'retired')
})

test('a video that may yet be as good as its category stays until it is known', () => {
  const { flow, play, put } = flowForTests()
  const [other, worse] = [put('other', ['k']), put('worse', ['k'])]
  play(other, 90, 45)
  play(worse, 60, 20)
  assert.equal(flow.bucketOf(worse), 2)
  play(worse, 40, 13)
  assert.equal(flow.verdictOn(worse), 'retired')
})

test('nine of ten draws go to what was uploaded within a day, however much has waited longer, and all where there is nothing else', () => {
  const { clock, flow, put } = flowForTests()
  const fresh = put('fresh', ['k'])
  const shareOfFresh = () => flow.draw(4_000, nobody, seededRandom(1, 2, 3, 4)).filter(({ slot }) => slot === fresh).length / 4_000
  assert.equal(shareOfFresh(), 1)
  for (let n = 0; n < 300; n++) put(`waiting${n}`, [`k${n % 7}`], 2)
  assert.ok(Math.abs(shareOfFresh() - 0.9) < 0.02)
  clock.ms += 2 * 86_400_000
  assert.ok(shareOfFresh() < 0.2)
})

test('a video that is recommended 500 times without plays leaves the flow', () => {
  const { drawn, flow, put, serve } = flowForTests()
  const [stale, other] = [put('stale', ['k']), put('other', ['k'])]
  serve(stale, 499)
  assert.equal(flow.bucketOf(stale), 0)
  serve(stale, 1)
  assert.equal(flow.bucketOf(stale), undefined)
  assert.deepEqual(drawn(), new Set([other]))
})

test('whether plays or recommendations are read first makes no difference', () => {
  const [one, other] = [flowForTests(), flowForTests()]
  const slot = one.put('a', ['k'])
  other.put('a', ['k'])
  one.play(slot, 40, 0)
  one.serve(slot, 600)
  other.serve(slot, 600)
  other.play(slot, 40, 0)
  assert.deepEqual([one.flow.bucketOf(slot), one.flow.verdictOn(slot)], [other.flow.bucketOf(slot), other.flow.verdictOn(slot)])
})

test('only cleared videos of the last 30 days are in the flow', () => {
  const { catalog, clock, drawn, put } = flowForTests()
  const [fresh, almost] = [put('fresh', ['k']), put('almost', ['k'], 29)]
  put('old', ['k'], 31)
  put('pending', ['k'], 0, VideoState.VIDEO_STATE_PENDING)
  assert.deepEqual(drawn(), new Set([fresh, almost]))
  clock.ms += 2 * 86_400_000
  assert.deepEqual(drawn(), new Set([fresh]))
  put('fresh', ['k'], 0, VideoState.VIDEO_STATE_TAKEN_DOWN)
  assert.deepEqual(drawn(), new Set())
  put('fresh', ['k'], 0)
  assert.deepEqual(drawn(), new Set([catalog.ids.find('fresh')]))
})

test('the logged chance of each draw is exact: frequencies agree with it, whoever asks', () => {
  const { catalog, flow, play, put } = flowForTests()
  const kinds = [['cats'], ['food'], ['cats', 'food'], ['dance', 'food', 'cats'], [], ['cats', 'cats']]
  const slots = Array.from({ length: 40 }, (_, n) => put(`v${n}`, kinds[n % kinds.length]!, n % 5 === 0 ? 3 : 0))
  for (const slot of slots.slice(0, 20)) play(slot, slot % 3 === 0 ? 12 : slot % 3 === 1 ? 33 : 2, slot % 5)
  const inFlow = slots.filter((slot) => flow.bucketOf(slot) !== undefined)
  const person = (category: number): CategoryRecord => (category === catalog.categories.find('food') ? { plays: 12, watches: 9 } : nobody())
  const draws = 30_000
  // Of every video, the sum over the draws of 1 / chance where it was drawn: the number of draws, if chances are exact.
  const sums = new Map<number, { inverse: number; square: number }>()
  for (let n = 0; n < draws; n++) {
    const [draw] = flow.draw(1, person, seededRandom(n, 7, n * 31, 11))
    const sum = sums.get(draw!.slot) ?? { inverse: 0, square: 0 }
    sum.inverse += 1 / draw!.chance
    sum.square += 1 / draw!.chance ** 2
    sums.set(draw!.slot, sum)
  }
  assert.deepEqual([...sums.keys()].toSorted(), inFlow.toSorted())
  for (const [slot, { inverse, square }] of sums) {
    const deviation = Math.sqrt(square - inverse ** 2 / draws)
    assert.ok(Math.abs(inverse - draws) < 4.5 * deviation, `${catalog.ids.id(slot)}: ${inverse} of ${draws}, deviation ${deviation}`)
  }
})

test('the chances of all categories sum to one, each has its even share, and the categories that a person watches get most', () => {
  const records: CategoryRecord[] = [
    { plays: 40, watches: 36 },
    { plays: 40, watches: 4 },
    { plays: 0, watches: 0 },
  ]
  const mean = [0, 0, 0]
  for (let n = 0; n < 400; n++) {
    const chances = categoryChances(records, [0.5, 0.5, 0.5], seededRandom(n, 1, 2, 3))
    assert.ok(Math.abs(chances.reduce((sum, each) => sum + each, 0) - 1) < 1e-12)
    assert.ok(chances.every((chance) => chance >= 0.1 / 3 - 1e-12))
    for (const [at, chance] of chances.entries()) mean[at]! += chance / 400
  }
  assert.ok(mean[0]! > 0.7 && mean[1]! < 0.05 && mean[2]! > mean[1]!, mean.join())
})

test('Thompson sampling agrees with the probability that a category is best', () => {
  const records: CategoryRecord[] = [
    { plays: 20, watches: 12 },
    { plays: 20, watches: 10 },
  ]
  let mean = 0
  for (let n = 0; n < 2_000; n++) mean += categoryChances(records, [0.5, 0.5], seededRandom(n, 5, 6, 7))[0]! / 2_000
  // Of two normal posteriors with means 14/24 and 12/24: the first is larger with probability 0.724.
  assert.ok(Math.abs(mean - (0.9 * 0.724 + 0.05)) < 0.03, String(mean))
})

test('that a video was served decides nothing about it: pages and events may be read again in any order', () => {
  const { flow, play, put, serve } = flowForTests()
  const [slot, other] = [put('a', ['k']), put('b', ['k'])]
  play(slot, 40, 2)
  const before = flow.bucketOf(slot)
  // Now it is worse than its category.
  play(other, 100, 100)
  serve(slot, 1)
  assert.deepEqual([flow.bucketOf(slot), flow.verdictOn(slot)], [before, undefined])
  play(slot, 1, 0)
  assert.equal(flow.verdictOn(slot), 'retired')
})
