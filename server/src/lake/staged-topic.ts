import { rm } from 'node:fs/promises'
import { BIGINT, INTEGER, VARCHAR } from '@duckdb/node-api'
import { hourMs } from '../clock.ts'
import type { StoredRecord, Topic } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import { type LakeDatabase, quoted } from './database.ts'
import type { WrittenFile } from './file-writer.ts'
import { HourSummary } from './hour-summary.ts'
import type { NamedColumn } from './kinds.ts'
import { lastTimeMs, logTableOf, partitionOf } from './lake-tables.ts'
import type { LogProgress } from './log-progress.ts'
import type { Offsets } from './offsets.ts'
import { ParquetWriter } from './parquet/parquet-writer.ts'
import type { RecordPacket } from './record-packet.ts'
import { recordRows } from './record-rows.ts'

export const stagedTable = (topic: Topic): string => `staged_${topic}`

interface Hour {
  readonly partition: string
  readonly name: string
  /** Indexes of the records, in the order of rows. */
  readonly records: readonly number[]
  readonly summary: HourSummary
}

/**
 * Records of one topic that wait for a commit, as they came. `write` writes the rows of all of them, sorted, an hour a file,
 * and makes the table `stagedTable(topic)` of their keys, times of acceptance and places. `without` takes some out again.
 */
export class StagedTopic {
  readonly #topic: Topic
  readonly #database: LakeDatabase
  readonly #lake: Lake
  readonly #nameOf: () => string
  readonly #packets: RecordPacket[] = []
  /** Where each record lies. */
  readonly #packetOf: number[] = []
  readonly #indexOf: number[] = []
  readonly #hours: Hour[] = []

  constructor(topic: Topic, database: LakeDatabase, lake: Lake, nameOf: () => string) {
    this.#topic = topic
    this.#database = database
    this.#lake = lake
    this.#nameOf = nameOf
  }

  /** Takes the records of a packet, of those that `progress` does not know yet. Returns how many, and their bytes. */
  add(packet: RecordPacket, progress?: LogProgress): { records: number; bytes: number } {
    const { topic, partition, offsets, ends } = packet
    let records = 0
    let bytes = 0
    for (let i = 0; i < offsets.length; i++) {
      if (progress?.admit({ topic, partition, offset: offsets[i]! }) === false) continue
      this.#packetOf.push(this.#packets.length)
      this.#indexOf.push(i)
      records++
      bytes += ends[i]! - (i === 0 ? 0 : ends[i - 1]!)
    }
    this.#packets.push(packet)
    return { records, bytes }
  }

  async write(progress?: LogProgress): Promise<void> {
    const seen = { isUnreadable: new Uint8Array(this.#indexOf.length), acceptedMs: new Float64Array(this.#indexOf.length) }
    const keyFile = `${this.#lake.scratch(this.#nameOf())}.keys`
    const keys = new ParquetWriter(keyFile, keyColumns(this.#topic))
    try {
      for (const [hour, records] of this.#sortedHours()) {
        const name = this.#nameOf()
        this.#hours.push({ partition: partitionOf(hour), name, records, summary: this.#rows(name, records, keys, seen) })
      }
      keys.end()
    } finally {
      keys.close()
    }
    if (progress !== undefined) this.#tell(progress, seen)
    await this.#database.run(`CREATE OR REPLACE TABLE ${stagedTable(this.#topic)} AS FROM read_parquet(${quoted(keyFile)})`)
    await rm(keyFile)
  }

  /** The files, without some of the records. */
  async without(places: Offsets): Promise<WrittenFile[]> {
    const files: WrittenFile[] = []
    for (const { partition, name, records, summary: before } of this.#hours) {
      const kept = places.size === 0 ? records : records.filter((at) => !this.#isAmong(places, at))
      const scratch = this.#lake.scratch(name)
      const summary = kept.length === records.length ? before : this.#rows(name, kept)
      if (summary.rows === 0) await rm(scratch)
      else files.push({ scratch, path: `${this.#topic}/${partition}/${name}`, table: this.#topic, partition, ...summary.all() })
    }
    return files
  }

  /** Indexes of records by hour, sorted by key and time in it; those of a topic without keys by time. */
  #sortedHours(): [hour: number, records: number[]][] {
    const count = this.#indexOf.length
    const isKeyed = logTableOf[this.#topic].key !== undefined
    const ranks = isKeyed ? this.#keyRanks() : undefined
    const times = new Float64Array(count)
    const hours = new Map<number, number[]>()
    for (let at = 0; at < count; at++) {
      times[at] = timeOf(this.#packets[this.#packetOf[at]!]!.times[this.#indexOf[at]!]!)
      const hour = Math.floor(times[at]! / hourMs)
      const records = hours.get(hour)
      if (records === undefined) hours.set(hour, [at])
      else records.push(at)
    }
    const byRankAndTime = (a: number, b: number) => (ranks === undefined ? 0 : ranks[a]! - ranks[b]!) || times[a]! - times[b]! || a - b
    return [...hours].sort(([a], [b]) => a - b).map(([hour, records]) => [hour, records.sort(byRankAndTime)])
  }

  #keyRanks(): Uint32Array {
    const keyAt = (at: number) => this.#packets[this.#packetOf[at]!]!.keys[this.#indexOf[at]!]!
    const keys = new Map<string, number>()
    for (let at = 0; at < this.#indexOf.length; at++) keys.set(keyAt(at), 0)
    for (const [rank, key] of [...keys.keys()].sort().entries()) keys.set(key, rank)
    return Uint32Array.from(this.#indexOf, (_, at) => keys.get(keyAt(at))!)
  }

  /** Writes the rows of some records into a file of its own. */
  #rows(name: string, records: readonly number[], keys?: ParquetWriter, seen?: Seen): HourSummary {
    const { columns, rowsOf } = recordRows[this.#topic]
    const keyAt = (logTableOf[this.#topic].key ?? []).map((key) => columns.findIndex(({ name }) => name === key))
    const acceptedAt = columns.findIndex(({ name }) => name === 'accepted_ms')
    const summary = new HourSummary()
    const parquet = new ParquetWriter(this.#lake.scratch(name), columns)
    try {
      for (const at of records) {
        const record = this.#record(at)
        const { rows, readable, acceptedMs } = rowsOf(record)
        for (let i = 0; i < rows.length; i++) parquet.add(rows[i]!)
        const [first] = rows
        const timeMs = timeOf(record.timeMs)
        const accepted = acceptedAt < 0 ? timeMs : ((first![acceptedAt] as number | null) ?? timeMs)
        summary.add(record, rows.length, timeMs, accepted)
        keys?.add([...keyAt.map((column) => first![column]!), accepted, record.partition, record.offset])
        if (seen !== undefined) {
          seen.isUnreadable[at] = readable ? 0 : 1
          seen.acceptedMs[at] = acceptedMs ?? 0
        }
      }
      parquet.end()
    } finally {
      parquet.close()
    }
    return summary
  }

  /** In the log's order, which tells whether a clock has jumped. */
  #tell(progress: LogProgress, { isUnreadable, acceptedMs }: Seen): void {
    for (let at = 0; at < isUnreadable.length; at++) {
      const { topic, partition, offsets } = this.#packets[this.#packetOf[at]!]!
      const place = { topic, partition, offset: offsets[this.#indexOf[at]!]! }
      if (isUnreadable[at] === 1) progress.unreadable(place)
      if (acceptedMs[at]! > 0) progress.accepted(place, acceptedMs[at]!)
    }
  }

  #record(at: number): StoredRecord {
    const { topic, partition, offsets, times, keys, ends, values } = this.#packets[this.#packetOf[at]!]!
    const i = this.#indexOf[at]!
    const value = values.subarray(i === 0 ? 0 : ends[i - 1]!, ends[i]!)
    return { topic, partition, offset: offsets[i]!, key: keys[i]!, timeMs: times[i]!, value }
  }

  #isAmong(places: Offsets, at: number): boolean {
    const { partition, offsets } = this.#packets[this.#packetOf[at]!]!
    return places.get(partition)?.has(offsets[this.#indexOf[at]!]!) === true
  }
}

/** What was found out of the records, by their indexes. */
interface Seen {
  readonly isUnreadable: Uint8Array
  /** 0 where that is not known. */
  readonly acceptedMs: Float64Array
}

/** Within the years that a partition can name. */
const timeOf = (timeMs: number) => Math.min(Math.max(timeMs, 0), lastTimeMs)

const keyColumns = (topic: Topic): NamedColumn[] => [
  ...(logTableOf[topic].key ?? []).map((name) => ({ name, type: VARCHAR })),
  { name: 'accepted_ms', type: BIGINT },
  { name: 'log_partition', type: INTEGER },
  { name: 'log_offset', type: BIGINT },
]
