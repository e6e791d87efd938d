import fc from 'fast-check'
import { hourMs, minuteMs } from '../clock.ts'
import { EventRecord, SlateItem, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { type EventType, eventTypes } from './streams/event-stream.ts'

/** A day and a bit in, so that hops of every length begin and end around it. */
export const startMs: number = Date.UTC(2026, 0, 15, 23, 50)

/** Ids whose order differs between UTF-8 and UTF-16, and others that are easily taken for one another. */
const ids = ['a', 'b', 'ab', 'A', 'é', 'e\u0301', '\uffee', '😀', "it's", 'x/1', '"', '\\', ' ', '0', '00']
const id = (most: number) => fc.nat(most - 1).map((n) => ids[n % ids.length]! + (n < ids.length ? '' : n))
const maybe = (of: fc.Arbitrary<string>) => fc.oneof({ weight: 9, arbitrary: of }, fc.constant(''))
const facts = {
  videoId: maybe(id(20)),
  creatorId: maybe(id(6)),
  audioId: maybe(id(4)),
  categories: fc.array(fc.oneof({ weight: 9, arbitrary: id(5) }, fc.constant('')), { maxLength: 3 }),
  lengthMs: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(1, 9_999, 10_000, 18_000, 18_001, 60_000, 700_000) }, fc.constant(undefined)),
}
/** After `startMs`, in ms: in order mostly, on borders of hops often, and hours late or ahead sometimes. */
const afterMs = (spanMs: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(spanMs) },
    {
      weight: 3,
      arbitrary: fc.nat(Math.ceil(spanMs / minuteMs)).chain((minute) => fc.constantFrom(-1, 0, 1).map((off) => minute * minuteMs + off)),
    },
    { weight: 1, arbitrary: fc.integer({ min: -80 * hourMs, max: 10 * minuteMs }) },
  )

/** Events of a few people and videos; ids are given later, as each has its own. */
export const anyEvent = (spanMs: number): fc.Arbitrary<EventRecord> =>
  fc
    .record({
      type: fc.oneof(
        { weight: 3, arbitrary: fc.constant<EventType>('watch') },
        fc.constantFrom(...(Object.keys(eventTypes) as EventType[])),
      ),
      person: id(8),
      afterMs: afterMs(spanMs),
      ...facts,
      watchMs: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(0, 1, 2_999, 3_000, 9_999, 10_000, 18_000, 600_001, 4_000_000) },
        { weight: 3, arbitrary: fc.nat(30_000) },
        fc.constant(undefined),
      ),
      untimed: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      sourceLongView: fc.constantFrom(undefined, undefined, true, false),
      surface: fc.constantFrom('', 'main'),
    })
    .map(({ type, afterMs, ...rest }) => {
      const isWatch = type === 'watch'
      const outcome = isWatch ? {} : { watchMs: undefined, sourceLongView: undefined }
      return { ...EventRecord.create(), ...rest, ...outcome, type: eventTypes[type], timeMs: startMs + afterMs }
    })

export const anySlate = (spanMs: number): fc.Arbitrary<SlateRecord> =>
  fc
    .record({
      person: id(8),
      afterMs: afterMs(spanMs),
      items: fc.array(
        fc.record(facts).map((item) => ({ ...SlateItem.create(), ...item })),
        { maxLength: 6 },
      ),
    })
    .map(({ afterMs, ...rest }) => ({ ...SlateRecord.create(), ...rest, timeMs: startMs + afterMs }))

export type AnyRecord = { readonly event: EventRecord } | { readonly slate: SlateRecord }

/** Both, in some order, with the ids that tell them apart. */
export const anyRecords = (size: { readonly minLength: number; readonly maxLength: number }, spanMs: number): fc.Arbitrary<AnyRecord[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: anyEvent(spanMs).map((event) => ({ event })) },
        { weight: 1, arbitrary: anySlate(spanMs).map((slate) => ({ slate })) },
      ),
      size,
    )
    .map((records) =>
      records.map((record, at) => {
        // Ids of one time are not in the order in which they came.
        const own = `${ids[at % ids.length]}#${at}`
        return 'event' in record ? { event: { ...record.event, eventId: own } } : { slate: { ...record.slate, slateId: own } }
      }),
    )
