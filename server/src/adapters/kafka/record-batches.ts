import { IS_CONTROL, type RecordsBatch } from '@platformatic/kafka'

/** Key and value are views of the response. */
export interface FetchedRecord {
  readonly offset: number
  /** In ms since 1970. */
  readonly timeMs: number
  readonly key: Buffer
  readonly value: Buffer
}

const nothing = Buffer.alloc(0)

/** The records of batches from an offset on, and where to go on. */
export function recordsFrom(batches: readonly RecordsBatch[], from: number): { records: FetchedRecord[]; next: number } {
  const records: FetchedRecord[] = []
  let next = from
  for (const batch of batches) {
    const first = Number(batch.firstOffset)
    // Also where compaction has left none of its records.
    next = Math.max(next, first + batch.lastOffsetDelta + 1)
    if ((batch.attributes & IS_CONTROL) !== 0) continue
    for (const { offsetDelta, timestampDelta, key, value } of batch.records) {
      const offset = first + offsetDelta
      // A batch comes whole, also where only its end was asked for.
      if (offset < from) continue
      records.push({ offset, timeMs: Number(batch.firstTimestamp + timestampDelta), key: key ?? nothing, value: value ?? nothing })
    }
  }
  return { records, next }
}
