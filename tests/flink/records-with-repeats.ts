import fc from 'fast-check'
import { hourMs } from '../../server/src/clock.ts'
import { type AnyRecord, anyRecords } from '../../server/src/features/streams-for-tests.ts'
import { EventRecord, SlateRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import type { NewRecord } from '../../server/src/ports/event-log.ts'

/** Records, and how they come into a log: some of them again later, as they were or with other content. */
export interface Stream {
  readonly records: readonly AnyRecord[]
  readonly log: readonly NewRecord[]
}

export function streamWithRepeats(count: number, seed: number): Stream {
  const [drawn] = fc.sample(anyRecords({ minLength: count, maxLength: count }, 30 * hourMs), { numRuns: 1, seed })
  // Ids of their own, whatever else is in the log.
  const records = drawn!.map((record) =>
    'event' in record
      ? { event: { ...record.event, eventId: `${seed}/${record.event.eventId}` } }
      : { slate: { ...record.slate, slateId: `${seed}/${record.slate.slateId}` } },
  )
  const log = records.flatMap((record, at) => {
    const [again, changed] = [records[at - 7], records[at - 11]]
    return [
      record,
      ...(at % 5 === 0 && again !== undefined ? [again] : []),
      ...(at % 9 === 0 && changed !== undefined ? [otherwise(changed)] : []),
    ]
  })
  return { records, log: log.map(logged) }
}

/** The same id with other content, which counts for nothing where the first has come before. */
const otherwise = (record: AnyRecord): AnyRecord =>
  'event' in record
    ? { event: { ...record.event, videoId: 'other', watchMs: 12_345, timeMs: record.event.timeMs + 90_000 } }
    : { slate: { ...record.slate, items: record.slate.items.slice(1), timeMs: record.slate.timeMs + 90_000 } }

function logged(record: AnyRecord): NewRecord {
  if ('event' in record) {
    const { person, timeMs } = record.event
    return { topic: 'events', key: person, timeMs, value: EventRecord.encode(record.event).finish() }
  }
  const { person, timeMs } = record.slate
  return { topic: 'served', key: person, timeMs, value: SlateRecord.encode(record.slate).finish() }
}
