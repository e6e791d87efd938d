import { encoded } from '../server/src/encoded.ts'
import { VireoError } from '../server/src/errors.ts'
import { EventRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import type { NewRecord, Topic } from '../server/src/ports/event-log.ts'
import { readRecord } from '../server/src/state/read-record.ts'
import { startMs, Type } from './vireo-for-tests.ts'

/** A record as somebody puts it into the log who does not ask a server. */
export const recordOf = (topic: Topic, value: Uint8Array, key = 'ada'): NewRecord => ({ topic, key, timeMs: startMs, value })

/** Ada's watch of `v`, unless it says otherwise. */
export const eventRecord = (more: Partial<EventRecord> = {}): NewRecord => {
  const watch = { person: 'ada', eventId: 'e', type: Type.Watch, videoId: 'v', timeMs: startMs, watchMs: 20_000 }
  return recordOf('events', encoded(EventRecord, EventRecord.fromPartial({ ...watch, ...more })), more.person)
}

/** As a version reads records that does not know likes yet. */
export const readWithoutLikes: typeof readRecord = (topic, value) => {
  const message = readRecord(topic, value)
  if (topic !== 'events' || (message as EventRecord).type !== Type.Like) return message
  throw new VireoError({ code: 'RECORD_NEWER', message: 'no likes yet', fault: 'server', retryable: false })
}
