import type { StoredRecord, Topic } from '../ports/event-log.ts'

/** Records of one partition as a few large values, which travel between processes at the cost of a copy. */
export interface RecordPacket {
  readonly topic: Topic
  readonly partition: number
  readonly offsets: Float64Array
  readonly times: Float64Array
  readonly keys: readonly string[]
  /** Where each value ends in `values`. */
  readonly ends: Uint32Array
  readonly values: Uint8Array
}

/** Records of one partition of one topic. */
export function packed(records: readonly StoredRecord[]): RecordPacket {
  const { topic, partition } = records[0]!
  const offsets = new Float64Array(records.length)
  const times = new Float64Array(records.length)
  const ends = new Uint32Array(records.length)
  let end = 0
  for (const [i, { offset, timeMs, value }] of records.entries()) {
    offsets[i] = offset
    times[i] = timeMs
    end += value.byteLength
    ends[i] = end
  }
  const values = new Uint8Array(end)
  for (const [i, { value }] of records.entries()) values.set(value, ends[i]! - value.byteLength)
  return { topic, partition, offsets, times, keys: records.map(({ key }) => key), ends, values }
}
