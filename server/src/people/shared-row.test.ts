import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { IdTable } from '../catalog/id-table.ts'
import { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { did, wasServed } from '../state/person-effects.ts'
import { outcome } from './outcomes.ts'
import { PersonState, type VideoNumbers } from './person-state.ts'
import { RowVideos } from './row-videos.ts'
import { decodeShared, encodeShared } from './shared-row.ts'

const startS = 1_768_000_000
const rememberS = 73 * 3_600

type Step = (person: PersonState, videos: VideoNumbers) => unknown

const eventStep =
  (event: EventRecord): Step =>
  (person, videos) =>
    did(person, event, event.videoId === '' ? -1 : videos.find(event.videoId), { videos, rememberS })
const slateStep =
  (slate: SlateRecord, offset: number): Step =>
  (person, videos) => {
    const shown = slate.items.map(({ videoId }) => videos.find(videoId))
    wasServed(person, slate, shown, { topic: 'served', partition: 0, offset }, { videos, rememberS })
  }

const at = (timeS: number) => ({ timeMs: (startS + timeS) * 1_000, acceptedMs: (startS + timeS) * 1_000 })
const video = fc.nat(7).map((n) => `v${n}`)
// Few seconds, so that many things happen in the same.
const timeS = fc.oneof(fc.nat(20), fc.nat(70 * 3_600))
const eventFields = fc.record({
  type: fc.constantFrom(...Object.values(Type).filter((type): type is Type => type > 0)),
  timeS,
  videoId: fc.option(video, { nil: '' }),
  watchMs: fc.option(fc.nat(90_000), { nil: undefined }),
  creatorId: fc.constantFrom('c1', 'c2', 'c9'),
  category: fc.constantFrom('', '', 'cats'),
})
const slateFields = fc.record({ timeS, shown: fc.uniqueArray(video, { maxLength: 5 }), requestId: fc.nat(3).map(String) })
/** A person's life, and a permutation of it with repeats. */
const life = fc
  .tuple(fc.array(eventFields, { maxLength: 40 }), fc.array(slateFields, { maxLength: 25 }))
  .map(([events, slates]): Step[] => [
    ...events.map(({ timeS, ...rest }, n) => eventStep(EventRecord.fromPartial({ ...rest, ...at(timeS), eventId: `e${n}` }))),
    ...slates.map(({ shown, timeS, requestId }, n) => {
      const items = shown.map((videoId, position) => ({ videoId, position }))
      return slateStep(SlateRecord.fromPartial({ slateId: `s${n}`, requestId, timeMs: at(timeS).timeMs, items }), n)
    }),
  ])
const disorder = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 10, maxLength: 60 })

function shuffled(steps: readonly Step[], swaps: readonly (readonly [number, number])[]): Step[] {
  const some = steps.length === 0 ? [] : swaps.map(([from]) => steps[from % steps.length]!)
  const mixed = [...steps, ...some]
  for (const [from, to] of mixed.length === 0 ? [] : swaps) {
    const [a, b] = [from % mixed.length, to % mixed.length]
    ;[mixed[a], mixed[b]] = [mixed[b]!, mixed[a]!]
  }
  return mixed
}

/** So many steps each by a process that knows nothing but the row. */
function rowAfter(steps: readonly Step[], atATime = 1): Uint8Array | undefined {
  let row: Uint8Array | undefined
  for (let done = 0; done < steps.length; done += atATime) {
    const videos = new RowVideos()
    const state = decodeShared(row, videos)
    for (const step of steps.slice(done, done + atATime)) step(state, videos)
    row = encodeShared(state, videos)
  }
  return row
}

test('a person is the same, bit for bit, in whatever order and however often their records come', () => {
  fc.assert(
    fc.property(life, disorder, (steps, swaps) => {
      assert.deepEqual(rowAfter(shuffled(steps, swaps)), rowAfter(steps))
    }),
    { numRuns: 300 },
  )
})

test('beyond what is kept the latest is kept, in whatever order it comes', () => {
  const steps: Step[] = []
  for (let n = 0; n < 1_100; n++) {
    steps.push(eventStep(EventRecord.fromPartial({ type: Type.Follow, creatorId: `c${n}`, eventId: `f${n}`, ...at(n) })))
    if (n % 2 === 0) steps.push(eventStep(EventRecord.fromPartial({ type: Type.Watch, videoId: `v${n}`, eventId: `w${n}`, ...at(n) })))
  }
  for (let n = 0; n < 30; n++) steps.push(slateStep(SlateRecord.fromPartial({ slateId: `s${n}`, requestId: '1', timeMs: at(n).timeMs }), n))
  const inOrder = rowAfter(steps, 50)
  assert.deepEqual(rowAfter(steps.toReversed(), 70), inOrder)
  const videos = new RowVideos()
  const { history, marks, pages } = decodeShared(inOrder, videos)
  assert.deepEqual([history.count, [...marks.values()].map(({ size }) => size), pages.length], [256, [1_000], 20])
  assert.equal(history.timesS[255]! - startS, 1_098)
})

test('events in the order of time make the very visits that they make in one process', () => {
  fc.assert(
    fc.property(fc.array(eventFields, { maxLength: 60 }), (fields) => {
      const videos = new RowVideos()
      const [alone, shared] = [new PersonState(), decodeShared(undefined, videos)]
      const ordered = fields.toSorted((a, b) => a.timeS - b.timeS).filter(({ timeS }, n, all) => timeS !== all[n - 1]?.timeS)
      for (const [n, { timeS, ...rest }] of ordered.entries()) {
        const step = eventStep(EventRecord.fromPartial({ ...rest, ...at(timeS), eventId: `e${n}` }))
        for (const person of [alone, shared]) step(person, videos)
      }
      assert.deepEqual(shared.history.entries, alone.history.entries)
    }),
  )
})

test('a like taken back before it has come is no like', () => {
  const on = { videoId: 'v1' }
  const like = eventStep(EventRecord.fromPartial({ type: Type.Like, eventId: 'like', ...on, ...at(10) }))
  const unlike = eventStep(EventRecord.fromPartial({ type: Type.Unlike, eventId: 'unlike', ...on, ...at(20) }))
  for (const steps of [
    [like, unlike],
    [unlike, like],
  ]) {
    const videos = new RowVideos()
    const state = decodeShared(rowAfter(steps), videos)
    assert.equal(state.history.has(videos.find('v1'), outcome.like), false)
  }
})

test('what one process has not heard of stays in the row that it writes, and is read by who has', () => {
  const watch = (n: number) => eventStep(EventRecord.fromPartial({ type: Type.Watch, videoId: `v${n}`, eventId: `${n}`, ...at(n) }))
  const row = rowAfter([watch(1), watch(2), watch(3)])
  const behind = new IdTable()
  behind.intern('v2')
  const seenBy = (ids: IdTable) => {
    const { history, seen } = decodeShared(row, ids)
    return [Array.from(seen.slots.subarray(0, seen.count), (slot) => ids.id(slot)), history.entries.map(({ video }) => ids.id(video))]
  }
  assert.deepEqual(seenBy(behind), [['v2'], ['v2']])
  for (const id of ['v3', 'v1']) behind.intern(id)
  assert.deepEqual(seenBy(behind), [
    ['v1', 'v2', 'v3'],
    ['v1', 'v2', 'v3'],
  ])
})
