import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { InvalidInput, Unavailable, VireoError } from '../../errors.ts'
import { hash64 } from '../../hash.ts'
import { type EventLog, type Extent, type NewRecord, type Place, type StoredRecord, type Topic, topics } from '../../ports/event-log.ts'
import { AppendQueue } from './append-queue.ts'
import { inTransaction, openDatabase, openForReading } from './database-file.ts'
import { DatabaseWorker } from './database-worker.ts'
import { PartitionTail } from './partition-tail.ts'
import type { LogRequest, LogWriterData } from './sqlite-event-log-writer.ts'

export interface SqliteEventLogOptions {
  readonly file: string
  /** Partitions of each topic, fixed when the file is created. Default 1. */
  readonly partitions?: number
  /**
   * How large the file may grow, without its write-ahead log (some 20 MB); then appends reject with `LOG_FULL` until
   * retention has made room inside. On a full disk retention can't write either, so leave it some. Default: no limit.
   */
  readonly maxBytes?: number
  /** Bytes of appends that may wait for the disk; more reject with `Overloaded`. Default 64 MiB. */
  readonly maxQueuedBytes?: number
}

// Large enough for a page of feed with its features (6 KB) to lie in a leaf, small enough for a lone event's commit.
const pageBytes = 16_384
const maxBatchRecords = 1_000
const maxBatchBytes = 2 ** 20
const retainStepRecords = 1_000
// Newest records kept in memory for readers that keep up, all partitions together.
const tailBytes = 16 * 2 ** 20
const maxPages = 2 ** 32 - 2

// A table a partition, by offset: appending goes to its right edge, and nothing is stored with a record but the record.
const schema = 'CREATE TABLE partitions (name TEXT PRIMARY KEY, topic TEXT NOT NULL, first INTEGER NOT NULL)'
const tableOf = (topic: Topic, partition: number) => `${topic}_${partition}`

/**
 * The log in one SQLite file, written by a thread of its own. The file belongs to one process. Values belong to the log
 * from `append` on: readers that keep up get the very same bytes. Throws `LOG_PARTITIONS` for another number of partitions
 * than the file's, `DATABASE_TOO_NEW` for a file of a later version.
 */
export async function openSqliteEventLog(options: SqliteEventLogOptions): Promise<EventLog> {
  const log = new SqliteEventLog(options, prepare(options.file, options.partitions ?? 1))
  try {
    await log.append([])
  } catch (error) {
    await log.close()
    throw error
  }
  return log
}

class SqliteEventLog implements EventLog {
  readonly #partitions: number
  readonly #tails: readonly PartitionTail[]
  readonly #worker: DatabaseWorker<LogRequest>
  readonly #queue: AppendQueue
  readonly #db: DatabaseSync
  readonly #selects: readonly StatementSync[]
  readonly #open = new AbortController()
  #closing: Promise<void> | undefined

  constructor(options: SqliteEventLogOptions, extents: readonly Extent[]) {
    this.#partitions = extents.length / topics.length
    this.#tails = extents.map((extent) => new PartitionTail(extent, tailBytes / extents.length))
    this.#db = openForReading(options.file)
    this.#selects = extents.map(({ topic, partition }) =>
      this.#db.prepare(
        `SELECT offset, time_ms, key, value FROM ${tableOf(topic, partition)} WHERE offset >= ? AND offset < ? ORDER BY offset`,
      ),
    )
    for (const select of this.#selects) select.setReturnArrays(true)
    const writer: LogWriterData = {
      file: options.file,
      maxPages: options.maxBytes === undefined ? maxPages : Math.floor(options.maxBytes / pageBytes),
      partitions: extents.map(({ topic, partition, end }) => ({ table: tableOf(topic, partition), end })),
    }
    this.#worker = new DatabaseWorker('LOG', new URL('./sqlite-event-log-writer.ts', import.meta.url), writer)
    this.#queue = new AppendQueue({
      tails: this.#tails,
      indexOf: ({ topic, key }) => this.#indexOf(topic, this.#partitions === 1 ? 0 : hash64(key).low % this.#partitions),
      write: (packet) => this.#worker.send(packet, [packet]),
      maxQueuedBytes: options.maxQueuedBytes ?? 64 * 2 ** 20,
    })
  }

  async append(records: readonly NewRecord[], signal?: AbortSignal): Promise<readonly Place[]> {
    this.#refuseWhenClosed()
    return this.#queue.append(records, signal)
  }

  async *read(from: Place, signal: AbortSignal): AsyncIterable<readonly StoredRecord[]> {
    const index = this.#indexOf(from.topic, from.partition)
    const tail = this.#tails[index]!
    const ended = AbortSignal.any([signal, this.#open.signal])
    tail.join()
    try {
      for (let next = from.offset; !ended.aborted; ) {
        next = Math.max(next, tail.first)
        const batch = next < tail.end ? this.#batch(index, next, maxBatchRecords) : []
        if (batch.length === 0) {
          await tail.changed(ended)
          continue
        }
        yield batch
        next = batch.at(-1)!.offset + 1
        await nextTurn()
      }
    } finally {
      tail.leave()
    }
  }

  async get({ topic, partition, offset }: Place): Promise<StoredRecord | undefined> {
    this.#refuseWhenClosed()
    const index = this.#indexOf(topic, partition)
    const { first, end } = this.#tails[index]!
    return offset >= first && offset < end ? this.#batch(index, offset, 1)[0] : undefined
  }

  async extents(): Promise<readonly Extent[]> {
    return this.#tails.map(({ topic, partition, first, end }) => ({ topic, partition, first, end }))
  }

  async retain(before: Place): Promise<void> {
    this.#refuseWhenClosed()
    const index = this.#indexOf(before.topic, before.partition)
    const tail = this.#tails[index]!
    const goal = Math.min(before.offset, tail.end)
    // In steps, so that appends come through in between.
    while (tail.first < goal) {
      const step = Math.min(tail.first + retainStepRecords, goal)
      await this.#worker.send({ index, before: step })
      tail.first = Math.max(tail.first, step)
      tail.wake()
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#queue.drain()
    this.#open.abort()
    this.#db.close()
    await this.#worker.close()
  }

  #batch(index: number, offset: number, maxRecords: number): StoredRecord[] {
    const tail = this.#tails[index]!
    return tail.from(offset, maxRecords, maxBatchBytes) ?? this.#stored(index, offset, Math.min(tail.end, offset + maxRecords))
  }

  #stored(index: number, from: number, to: number): StoredRecord[] {
    const tail = this.#tails[index]!
    const batch: StoredRecord[] = []
    let bytes = 0
    try {
      for (const row of this.#selects[index]!.iterate(from, to)) {
        const [offset, timeMs, key, value] = row as unknown as [number, number, string, Uint8Array]
        batch.push(tail.stored(offset, timeMs, key, value))
        bytes += value.byteLength
        if (bytes >= maxBatchBytes) break
      }
    } catch (error) {
      throw new Unavailable('LOG_UNAVAILABLE', `reading the log failed: ${(error as Error).message}`, error)
    }
    return batch
  }

  #indexOf(topic: Topic, partition: number): number {
    const index = topics.indexOf(topic)
    if (index < 0) throw new InvalidInput('LOG_TOPIC', 'topic', `no topic ${topic}`)
    if (!(partition >= 0 && partition < this.#partitions)) {
      throw new InvalidInput('LOG_PARTITION', 'partition', `topic ${topic} has ${this.#partitions} partitions, not a number ${partition}`)
    }
    return index * this.#partitions + partition
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new Unavailable('LOG_CLOSED', 'the log is closed')
  }
}

/** Creates what is missing in the file, and finds how far its partitions go. */
function prepare(file: string, partitions: number): Extent[] {
  const db = openDatabase(file, { version: 1, pageBytes, schema })
  try {
    refuseOtherPartitions(db, file, partitions)
    const all = topics.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => ({ topic, partition })))
    inTransaction(db, () => {
      for (const { topic, partition } of all) createPartition(db, topic, partition)
    })
    return all.map(({ topic, partition }) => extentOf(db, topic, partition))
  } finally {
    db.close()
  }
}

function refuseOtherPartitions(db: DatabaseSync, file: string, partitions: number): void {
  const found = db.prepare('SELECT count(*) AS n FROM partitions GROUP BY topic').get()?.n
  if (found === undefined || found === partitions) return
  const message = `${file} has ${found} partitions a topic, which is fixed when the log is created; it can't be opened with ${partitions}`
  throw new VireoError({ code: 'LOG_PARTITIONS', message, fault: 'server', retryable: false })
}

function createPartition(db: DatabaseSync, topic: Topic, partition: number): void {
  const table = tableOf(topic, partition)
  db.exec(`
    CREATE TABLE IF NOT EXISTS ${table} (offset INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL);
    INSERT INTO partitions VALUES ('${table}', '${topic}', 0) ON CONFLICT DO NOTHING`)
}

function extentOf(db: DatabaseSync, topic: Topic, partition: number): Extent {
  const table = tableOf(topic, partition)
  const { first } = db.prepare('SELECT first FROM partitions WHERE name = ?').get(table) as { first: number }
  const { last } = db.prepare(`SELECT max(offset) AS last FROM ${table}`).get() as { last: number | null }
  // Offsets never start again, also where retention has left nothing.
  return { topic, partition, first, end: last === null ? first : last + 1 }
}
