import { hash } from 'node:crypto'
import type { EventLog, Extent, NewRecord, Topic } from '../ports/event-log.ts'
import { hex } from './compare-lakes.ts'

/** Records of a topic that a log holds. */
export interface LogCount {
  readonly topic: Topic
  readonly records: number
  /** The sum of their 64-bit hashes, in hex. */
  readonly checksum: string
}

/** Counts records, in whatever order they come. */
export class LogSum {
  readonly #topics = new Map<Topic, { records: number; sum: bigint }>()

  add(records: readonly NewRecord[]): void {
    for (const { key, timeMs, topic, value } of records) {
      const of = this.#topics.get(topic) ?? { records: 0, sum: 0n }
      const digest = hash('sha256', Buffer.concat([Buffer.from(`${timeMs} ${key}\0`), value]), 'buffer')
      this.#topics.set(topic, { records: of.records + 1, sum: of.sum + digest.readBigUInt64LE() })
    }
  }

  counts(): LogCount[] {
    return Array.from(this.#topics, ([topic, { records, sum }]) => ({ topic, records, checksum: hex(sum) }))
  }
}

/** What a log holds from some places on, read from it. */
export async function sumOf(log: EventLog, from: readonly Extent[], signal: AbortSignal): Promise<LogCount[]> {
  const sum = new LogSum()
  for (const { end, first, partition, topic } of from) {
    if (first >= end) continue
    const done = new AbortController()
    for await (const records of log.read({ topic, partition, offset: first }, AbortSignal.any([signal, done.signal]))) {
      sum.add(records)
      if (records.at(-1)!.offset + 1 >= end) break
    }
    done.abort()
    signal.throwIfAborted()
  }
  return sum.counts()
}
