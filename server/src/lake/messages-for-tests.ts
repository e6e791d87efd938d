import fc from 'fast-check'
import { encoded } from '../encoded.ts'
import { ControlRecord, EventRecord, FeatureRecord, SlateRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import type { Topic } from '../ports/event-log.ts'

/** Any well-formed text; a message in the log is UTF-8. */
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', '\0', 'a\0b', '日本', '\u{1f600}', '\'"\\\n'),
  fc.string({ unit: 'binary', maxLength: 14 }),
)
const int32 = fc.oneof(fc.constant(0), fc.integer())
const int64 = fc.oneof(fc.constant(0), fc.maxSafeInteger())
const float = fc.float()
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const some = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { maxLength: 4 })

const event = fc.record({
  type: fc.oneof(fc.integer({ min: 0, max: 12 }), int32),
  person: text,
  eventId: text,
  timeMs: int64,
  videoId: text,
  creatorId: text,
  lengthMs: maybe(int32),
  categories: some(text),
  audioId: text,
  watchMs: maybe(int32),
  reason: text,
  slateId: text,
  position: maybe(int32),
  surface: text,
  servedHour: maybe(int32),
  category: text,
  imported: fc.boolean(),
  untimed: fc.boolean(),
  sourceLongView: maybe(fc.boolean()),
  sourceClick: maybe(fc.boolean()),
  acceptedMs: int64,
})

const slateItem = (sources: number, terms: number) =>
  fc.record({
    videoId: text,
    position: maybe(int32),
    source: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: Math.max(0, sources - 1) }) }, { weight: 1, arbitrary: fc.nat({ max: 40 }) }),
    foundBy: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 2 ** sources - 1 }) }, { weight: 1, arbitrary: fc.nat({ max: 2 ** 32 - 1 }) }),
    score: float,
    terms: fc.oneof(
      { weight: 9, arbitrary: fc.array(float, { minLength: terms, maxLength: terms }) },
      { weight: 1, arbitrary: fc.array(float, { maxLength: 3 }) },
    ),
    propensity: fc.double(),
    reason: text,
    creatorId: text,
    categories: some(text),
    audioId: text,
    lengthMs: maybe(int32),
  })

const names = fc.oneof(fc.constant(['co_watch', 'trending', 'fresh']), fc.constant([]), some(text))

const slate = fc.tuple(names, names).chain(([sources, terms]) =>
  fc.record({
    slateId: text,
    person: text,
    timeMs: int64,
    requestId: text,
    pageNumber: int32,
    count: int32,
    items: some(slateItem(sources.length, terms.length)),
    level: int32,
    degraded: some(text),
    surface: text,
    device: text,
    networkKbps: int32,
    language: text,
    country: text,
    timeZone: text,
    arm: text,
    policy: text,
    model: text,
    weights: some(float),
    levelReason: text,
    imported: fc.boolean(),
    sources: fc.constant(sources),
    terms: fc.constant(terms),
  }),
)

const features = fc.record({
  slateId: text,
  person: text,
  timeMs: int64,
  featureSet: text,
  personValues: some(int64),
  items: some(fc.record({ videoId: text, values: some(int64) })),
  recentVideos: some(text),
})

const video = fc.record({
  timeMs: int64,
  video: maybe(
    fc.record({
      videoId: text,
      creatorId: text,
      title: text,
      lengthMs: maybe(int32),
      categories: some(fc.record({ name: text, confidence: float, source: text })),
      uploadTime: maybe(fc.record({ seconds: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), nanos: int32 })),
      embedding: some(float),
      state: fc.nat({ max: 6 }),
    }),
  ),
})

const control = fc.record({
  timeMs: int64,
  change: maybe(
    fc.oneof(
      fc.record({
        $case: fc.constant('stateChange' as const),
        value: fc.record({ videoId: text, state: fc.nat({ max: 6 }), reason: text, by: text }),
      }),
      fc.record({
        $case: fc.constant('importProgress' as const),
        value: fc.record({ importId: text, part: text, rowsDone: int64, shiftMs: int64, finished: fc.boolean() }),
      }),
    ),
  ),
})

/** The bytes of any message of a topic. */
export const anyValue: Readonly<Record<Topic, fc.Arbitrary<Uint8Array>>> = {
  events: event.map((message) => encoded(EventRecord, EventRecord.fromPartial(message as never))),
  served: slate.map((message) => encoded(SlateRecord, SlateRecord.fromPartial(message as never))),
  features: features.map((message) => encoded(FeatureRecord, FeatureRecord.fromPartial(message))),
  catalog: video.map((message) => encoded(VideoRecord, VideoRecord.fromPartial(message as never))),
  control: control.map((message) => encoded(ControlRecord, ControlRecord.fromPartial(message as never))),
}
