import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Catalog } from '../catalog/catalog.ts'
import { systemClock } from '../clock.ts'
import { CoWatch } from '../co-watch/co-watch.ts'
import { VideoCounters } from '../counters/video-counters.ts'
import { BucketFlow } from '../exploration/bucket-flow.ts'
import { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { Video } from '../generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import type { StoredRecord, Topic } from '../ports/event-log.ts'
import { LiveState } from '../state/live-state.ts'
import { statesOf } from '../state/person-effects.ts'
import { decoders } from '../state/read-record.ts'
import { historyLength } from './history.ts'
import { outcome } from './outcomes.ts'
import { decodePerson, encodePerson } from './person-codec.ts'
import { PersonState } from './person-state.ts'

const startS = 1_768_000_000
const videos = 24

function catalogOf(count: number): Catalog {
  const texts = new Map<string, Video>()
  const catalog = new Catalog({ get: (id) => texts.get(id), put: (id, video) => void texts.set(id, video) })
  for (let n = 0; n < count; n++) catalog.put(Video.create({ videoId: `v${n}`, creatorId: `c${n % 5}` }))
  return catalog
}

const small = catalogOf(videos)

/** One person's state as the records of both topics make it. */
function stateOf(records: readonly StoredRecord[], catalog = small): { state: PersonState; counters: VideoCounters } {
  const counters = new VideoCounters(systemClock, catalog.ids)
  const state = new PersonState()
  const live = new LiveState({
    catalog,
    counters,
    coWatch: new CoWatch(catalog, counters),
    flow: new BucketFlow(catalog, counters, systemClock),
    tiles: { event: () => undefined, slate: () => undefined },
    people: statesOf({ change: (_person, apply) => apply(state) }, { videos: catalog.ids, rememberS: 73 * 3_600 }),
    // All records here are of one person, without a name.
    read: (topic, value) => decoders[topic](value),
  })
  for (const record of records) live.apply(record)
  return { state, counters }
}

type Unplaced = Pick<StoredRecord, 'topic' | 'value'>

const eventType = fc.constantFrom(...Object.values(Type).filter((type): type is Type => type > 0))
const event = fc
  .record({
    type: eventType,
    eventId: fc.integer({ min: 0, max: 1_000_000 }).map(String),
    timeS: fc.integer({ min: 0, max: 70 * 3_600 }),
    video: fc.option(fc.integer({ min: 0, max: videos - 1 }), { nil: undefined }),
    watchMs: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined }),
    lengthMs: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
    creatorId: fc.constantFrom('c1', 'c2', 'c9'),
    category: fc.constantFrom('', '', 'cats'),
  })
  .map(({ timeS, video, ...rest }): Unplaced => {
    const timeMs = (startS + timeS) * 1_000
    const videoId = video === undefined ? '' : `v${video}`
    return {
      topic: 'events',
      value: EventRecord.encode(EventRecord.fromPartial({ ...rest, timeMs, videoId, acceptedMs: timeMs })).finish(),
    }
  })
const slate = fc
  .record({
    slateId: fc.integer({ min: 0, max: 1_000_000 }).map(String),
    timeS: fc.integer({ min: 0, max: 70 * 3_600 }),
    shown: fc.uniqueArray(fc.integer({ min: 0, max: videos - 1 }), { maxLength: 6 }),
    requestId: fc.integer({ min: 1, max: 3 }).map(String),
  })
  .map(({ shown, timeS, ...rest }): Unplaced => {
    const items = shown.map((video, position) => ({ videoId: `v${video}`, position, propensity: video % 3 === 0 ? 0.01 : 0 }))
    const record = SlateRecord.fromPartial({ ...rest, timeMs: (startS + timeS) * 1_000, items })
    return { topic: 'served', value: SlateRecord.encode(record).finish() }
  })

/** As they lie in the log. */
function placed(records: readonly Unplaced[]): StoredRecord[] {
  const ends = new Map<Topic, number>()
  return records.map((record) => {
    const offset = ends.get(record.topic) ?? 0
    ends.set(record.topic, offset + 1)
    return { ...record, key: 'ada', timeMs: 0, partition: 0, offset }
  })
}

const bytesOf = (records: readonly StoredRecord[]) => Buffer.from(encodePerson(stateOf(records).state, small.ids)).toString('hex')

test('a person follows from the records of each topic in their order, however the topics are mixed', () => {
  const mixed = fc.tuple(fc.array(event, { maxLength: 40 }), fc.array(slate, { maxLength: 12 }), fc.infiniteStream(fc.boolean()))
  fc.assert(
    fc.property(mixed, ([events, slates, coins]) => {
      const inOrder = placed([...events, ...slates])
      const shuffled: StoredRecord[] = []
      const [ofEvents, ofSlates] = [inOrder.filter(({ topic }) => topic === 'events'), inOrder.filter(({ topic }) => topic === 'served')]
      for (const coin of coins) {
        const next = (coin ? ofEvents : ofSlates).shift() ?? (ofEvents.shift() || ofSlates.shift())
        if (next === undefined) break
        shuffled.push(next)
      }
      assert.equal(bytesOf(shuffled), bytesOf(inOrder))
      const [one, other] = [stateOf(shuffled), stateOf(inOrder)]
      for (const nowS of [startS + 60 * 3_600, startS + 71 * 3_600]) assert.equal(one.state.releasedS(nowS), other.state.releasedS(nowS))
    }),
    { numRuns: 300 },
  )
})

test('a record that comes again changes nothing, wherever it comes', () => {
  const records = fc.array(fc.oneof({ weight: 3, arbitrary: event }, slate), { minLength: 1, maxLength: 40 })
  const again = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 })
  fc.assert(
    fc.property(records, again, (once, repeats) => {
      const withRepeats = [...once]
      for (const [from, to] of repeats) {
        const first = from % withRepeats.length
        withRepeats.splice(first + 1 + (to % (withRepeats.length - first)), 0, withRepeats[first]!)
      }
      const [one, other] = [stateOf(placed(once)), stateOf(placed(withRepeats))]
      // Places tell which of two equal slates was first; all else is the same.
      const plain = ({ state }: typeof one) => ({ ...state, pages: state.pages.map(({ place: _, ...page }) => page) })
      assert.deepEqual(plain(one), plain(other))
      for (let slot = 0; slot < videos; slot++) {
        for (const metric of ['served', 'plays', 'likes', 'longViews'] as const) {
          assert.equal(one.counters.total(metric, slot), other.counters.total(metric, slot))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('a person comes back from the disk as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: event }, slate), { maxLength: 60 }), (records) => {
      const { state } = stateOf(placed(records))
      const bytes = encodePerson(state, small.ids)
      const again = decodePerson(bytes, small.ids)
      assert.deepEqual(Buffer.from(encodePerson(again, small.ids)), Buffer.from(bytes))
      // Seen and history have room for more than they hold.
      const factsOf = (person: PersonState) => ({ ...person, seen: undefined, history: person.history.entries })
      assert.deepEqual(factsOf(again), factsOf(state))
      const seenOf = ({ seen }: PersonState) => [seen.slots, seen.timesS, seen.displayed].map((column) => column.slice(0, seen.count))
      assert.deepEqual(seenOf(again), seenOf(state))
    }),
    { numRuns: 300 },
  )
})

const watch = (video: number, timeS: number, eventId: string): Unplaced => {
  const record = { type: Type.Watch, eventId, timeMs: timeS * 1_000, acceptedMs: timeS * 1_000, videoId: `v${video}`, watchMs: 5_000 }
  return { topic: 'events', value: EventRecord.encode(EventRecord.fromPartial(record)).finish() }
}

test('the last 256 interactions are kept, in the order of time', () => {
  const records = Array.from({ length: 400 }, (_, n) => watch(n % videos, startS + ((n * 37) % 400) * 60, String(n)))
  // One that comes late and is older than all of them.
  records.push(watch(3, startS - 60, 'late'))
  const { entries } = stateOf(placed(records)).state.history
  assert.equal(historyLength, 256)
  assert.deepEqual(
    entries.map(({ timeS }) => timeS),
    Array.from({ length: 256 }, (_, n) => startS + (144 + n) * 60),
  )
})

test('what was seen is exact for the last 10,000 videos and never forgotten beyond, also after coming back from the disk', () => {
  const count = 30_000
  const catalog = catalogOf(count + 5_000)
  const state = new PersonState()
  for (let slot = 0; slot < count; slot++) {
    state.seen.show(slot, startS + Math.floor(slot / 10), true, catalog.ids)
    state.settle(catalog.ids)
  }
  assert.ok(state.seen.count >= 10_000 && state.seen.older.count > 0)
  const again = decodePerson(encodePerson(state, catalog.ids), catalog.ids)
  again.seen.older = state.seen.older
  for (const { seen } of [state, again]) {
    for (let slot = 0; slot < count; slot++) assert.ok(seen.has(slot, catalog.ids, 0))
    for (let slot = count - 10_000; slot < count; slot++) assert.ok(seen.knows(slot))
    let lost = 0
    for (let slot = count; slot < count + 5_000; slot++) if (seen.has(slot, catalog.ids, 0)) lost++
    assert.ok(lost <= 50, `${lost} of 5,000 fresh videos lost`)
  }
})

test('the history keeps nothing that the exact part of what was seen has let go', () => {
  const count = 14_200
  const catalog = catalogOf(count)
  const late = watch(0, startS, 'late')
  const served = Array.from({ length: count / 20 }, (_, page): Unplaced => {
    const items = Array.from({ length: 20 }, (_, position) => ({ videoId: `v${page * 20 + position}`, position }))
    const record = SlateRecord.fromPartial({ slateId: `s${page}`, timeMs: (startS + page * 60) * 1_000, items })
    return { topic: 'served', value: SlateRecord.encode(record).finish() }
  })
  const { state } = stateOf(placed([late, ...served]), catalog)
  assert.ok(state.seen.older.count > 0)
  assert.deepEqual(
    Buffer.from(encodePerson(decodePerson(encodePerson(state, catalog.ids), catalog.ids), catalog.ids)),
    Buffer.from(encodePerson(state, catalog.ids)),
  )
  assert.equal(state.history.entries.length, 0)
})

test('follows, blocks and what is not of interest are kept by kind', () => {
  const mark = (type: Type, more: object, n: number): Unplaced => ({
    topic: 'events',
    value: EventRecord.encode(EventRecord.fromPartial({ type, eventId: `m${n}`, timeMs: startS * 1_000, acceptedMs: 1, ...more })).finish(),
  })
  const { state } = stateOf(
    placed([
      mark(Type.Follow, { creatorId: 'c1' }, 1),
      mark(Type.BlockCreator, { creatorId: 'c2', videoId: 'v2' }, 2),
      mark(Type.NotInterested, { videoId: 'v3', creatorId: 'c3' }, 3),
      mark(Type.NotInterested, { creatorId: 'c4' }, 4),
      mark(Type.NotInterested, { category: 'cats' }, 5),
    ]),
  )
  const again = decodePerson(encodePerson(state, small.ids), small.ids)
  for (const { marks } of [state, again]) {
    assert.deepEqual(
      [...marks].map(([kind, ids]) => [kind, [...ids.keys()]]),
      [
        [1, ['c1']],
        [2, ['c2']],
        [3, ['v3']],
        [4, ['c4']],
        [5, ['cats']],
      ],
    )
  }
})

test('a second play is a visit of its own; a like belongs to the play', () => {
  const like: Unplaced = {
    topic: 'events',
    value: EventRecord.encode(
      EventRecord.fromPartial({ type: Type.Like, eventId: 'like', timeMs: (startS + 20) * 1_000, videoId: 'v1' }),
    ).finish(),
  }
  const { state } = stateOf(placed([watch(1, startS, 'a'), like, watch(1, startS + 60, 'b')]))
  assert.deepEqual(
    state.history.entries.map(({ timeS, outcomes }) => [timeS - startS, (outcomes & outcome.like) !== 0]),
    [
      [0, true],
      [60, false],
    ],
  )
})
