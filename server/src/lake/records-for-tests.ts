import { encoded } from '../encoded.ts'
import { EventRecord, FeatureRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import type { NewRecord } from '../ports/event-log.ts'

/** 2026-01-15 07:00 in UTC. */
export const startMs = Date.UTC(2026, 0, 15, 7)

export function watchRecord(eventId: string, timeMs = startMs, acceptedMs = timeMs, person = 'ann'): NewRecord {
  const event = EventRecord.fromPartial({ type: Type.Watch, person, eventId, timeMs, acceptedMs, videoId: 'v1', watchMs: 1_500 })
  return { topic: 'events', key: person, timeMs, value: encoded(EventRecord, event) }
}

export function slateRecord(slateId: string, videos: readonly string[], timeMs = startMs, person = 'ann'): NewRecord {
  const items = videos.map((videoId, position) => ({ videoId, position, source: 1, foundBy: 3, terms: [0.5] }))
  const slate = SlateRecord.fromPartial({ slateId, person, timeMs, items, sources: ['trending', 'fresh'], terms: ['quality'] })
  return { topic: 'served', key: person, timeMs, value: encoded(SlateRecord, slate) }
}

export function featureRecord(slateId: string, videos: readonly string[], timeMs = startMs, person = 'ann'): NewRecord {
  const items = videos.map((videoId, at) => ({ videoId, values: [at, -at] }))
  const record = FeatureRecord.fromPartial({ slateId, person, timeMs, featureSet: 'first@1', personValues: [7], items })
  return { topic: 'features', key: person, timeMs, value: encoded(FeatureRecord, record) }
}
