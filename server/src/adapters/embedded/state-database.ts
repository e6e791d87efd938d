import { existsSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { InvalidInput, Unavailable } from '../../errors.ts'
import type { Place } from '../../ports/event-log.ts'
import { openDatabase, openForReading } from './database-file.ts'
import { DatabaseWorker } from './database-worker.ts'
import { packedBytes, RowPacket } from './row-packet.ts'
import { readRows } from './row-reader.ts'
import type { StateRequest } from './state-database-writer.ts'
import { WordSearch } from './word-search.ts'

/** A row of derived state; without a value: one to delete. */
export type StateRow = readonly [table: string, key: string, value: Uint8Array | undefined]

/** The rows of a commit: some at a time where they take their time, since a promise a row would cost more than the row. */
export type CommittedRows = Iterable<StateRow> | AsyncIterable<readonly StateRow[]>

/** What takes the rows of a table in. */
export interface LoadedTable {
  readonly name: string
  load(key: string, value: Uint8Array): void
}

/** Rows of derived state by table and key, and the log's positions that they reflect: always written together. */
export interface StateDatabase {
  /** As of the last commit: the next offset to apply, by topic and partition. */
  positions(): readonly Place[]
  /** What was committed; never waits for the writer. */
  get(table: string, key: string): Uint8Array | undefined
  /** All that have had rows. */
  tables(): readonly string[]
  /** How many rows a table has. */
  count(table: string): number
  /** A table's rows by key (by code point), as they were when the first was asked for. */
  scan(table: string): IterableIterator<readonly [key: string, value: Uint8Array]>
  /**
   * Gives tables all their rows, one table after the other, in any order of keys and several times as fast as `scan` does;
   * to be called before anything is committed. Values are parts of larger buffers.
   */
  load(tables: readonly LoadedTable[]): Promise<void>
  /**
   * Keys of the rows whose text has all of the words, the last that came first, as of the last commit. The last word may be
   * the beginning of one. Throws `OVERLOADED`, `STATE_UNAVAILABLE`.
   */
  find(table: 'videos', words: string, most: number, signal: AbortSignal): Promise<readonly string[]>
  /**
   * Takes the rows as they come, and resolves when all of them and the positions are written, or rejects with
   * `Unavailable` (`STATE_FULL`, `STATE_UNAVAILABLE`, `STATE_CLOSED`) when none is. Commits are made in the order of the
   * calls. Positions of partitions that are not named stay. The last commits may be lost with the machine's power, whole.
   * Tables are named in lower case, with digits and underscores.
   */
  commit(rows: CommittedRows, positions: readonly Place[]): Promise<void>
  /** Waits for commits that have begun. */
  close(): Promise<void>
}

// Nine people's states (7 KB) fill a page; in smaller ones up to a quarter would stay empty.
const pageBytes = 65_536
const messageBytes = 2 ** 17
const schema = `CREATE TABLE positions (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)) WITHOUT ROWID`

/** Creates the file where there is none. Throws `DATABASE_TOO_NEW` for a file of a later version. */
export async function openStateDatabase(file: string): Promise<StateDatabase> {
  openDatabase(file, { version: 1, pageBytes, schema }).close()
  const state = new SqliteState(file)
  try {
    await state.commit([], [])
  } catch (error) {
    await state.close()
    throw error
  }
  return state
}

/** Of a file that nobody needs to have opened: none where it is not there. */
export function savedPositions(file: string): readonly Place[] {
  if (!existsSync(file)) return []
  const db = openForReading(file)
  try {
    return positionsIn(db)
  } finally {
    db.close()
  }
}

function positionsIn(db: DatabaseSync): readonly Place[] {
  const rows = db.prepare('SELECT topic, partition, offset FROM positions').all()
  return rows.map(({ topic, partition, offset }) => ({ topic, partition, offset }) as unknown as Place)
}

class SqliteState implements StateDatabase {
  readonly #file: string
  readonly #db: DatabaseSync
  readonly #selects = new Map<string, StatementSync>()
  readonly #worker: DatabaseWorker<StateRequest>
  readonly #words: WordSearch
  /** Commits come one after the other. */
  #last: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined

  constructor(file: string) {
    this.#file = file
    this.#db = openForReading(file)
    this.#worker = new DatabaseWorker('STATE', new URL('./state-database-writer.ts', import.meta.url), file)
    this.#words = new WordSearch(file)
  }

  positions(): readonly Place[] {
    return positionsIn(this.#db)
  }

  get(table: string, key: string): Uint8Array | undefined {
    return this.#select(table)?.get(key)?.value as Uint8Array | undefined
  }

  tables(): readonly string[] {
    const found = this.#db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'rows#_%' ESCAPE '#' ORDER BY name")
      .all()
    return found.map(({ name }) => (name as string).slice('rows_'.length))
  }

  count(table: string): number {
    if (!hasTable(this.#db, table)) return 0
    return this.#db.prepare(`SELECT count(*) AS rows FROM rows_${table}`).get()!.rows as number
  }

  *scan(table: string): IterableIterator<readonly [key: string, value: Uint8Array]> {
    // On its own connection: its snapshot, which lasts until the end of the scan, is not to be that of `get`.
    const db = openForReading(this.#file)
    try {
      if (!hasTable(db, table)) return
      const select = db.prepare(`SELECT key, value FROM rows_${table} ORDER BY key`)
      select.setReturnArrays(true)
      yield* select.iterate() as IterableIterator<unknown> as IterableIterator<readonly [string, Uint8Array]>
    } finally {
      db.close()
    }
  }

  load(tables: readonly LoadedTable[]): Promise<void> {
    const wanted = { file: this.#file, tables: tables.map(({ name }) => name) }
    return readRows(wanted, (table, key, value) => tables[table]!.load(key, value))
  }

  find(table: 'videos', words: string, most: number, signal: AbortSignal): Promise<readonly string[]> {
    return this.#words.find(table, words, most, signal)
  }

  commit(rows: CommittedRows, positions: readonly Place[]): Promise<void> {
    if (this.#closing) return Promise.reject(new Unavailable('STATE_CLOSED', 'the state database is closed'))
    const committed = this.#last.then(() => this.#commit(rows, positions))
    this.#last = committed.catch(() => undefined)
    return committed
  }

  async #commit(rows: CommittedRows, positions: readonly Place[]): Promise<void> {
    const sent: Promise<void>[] = []
    try {
      for await (const message of messages(rows)) sent.push(this.#worker.send(message, [message.packet]))
    } catch (error) {
      await Promise.allSettled([...sent, this.#worker.send({ kind: 'discard' })])
      throw error
    }
    await Promise.all([...sent, this.#worker.send({ kind: 'commit', positions })])
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#last
    this.#db.close()
    await this.#words.close()
    await this.#worker.close()
  }

  #select(table: string): StatementSync | undefined {
    const known = this.#selects.get(table)
    if (known || !hasTable(this.#db, table)) return known
    const select = this.#db.prepare(`SELECT value FROM rows_${table} WHERE key = ?`)
    this.#selects.set(table, select)
    return select
  }
}

function hasTable(db: DatabaseSync, table: string): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(`rows_${table}`) !== undefined
}

/** Rows in packets, so that a large commit neither needs its size again in one piece nor keeps the writer waiting for its end. */
async function* messages(rows: CommittedRows): AsyncGenerator<StateRequest & { kind: 'rows' }> {
  let waiting: StateRow[] = []
  let bytes = 0
  for await (const some of Symbol.asyncIterator in rows ? rows : [rows]) {
    for (const row of some) {
      const [table, key, value] = row
      if (!/^[a-z][a-z0-9_]*$/.test(table)) throw new InvalidInput('STATE_TABLE', 'table', `${table} is no name of a table`)
      waiting.push(row)
      bytes += packedBytes(key, value)
      if (bytes < messageBytes) continue
      yield packed(waiting, bytes)
      waiting = []
      bytes = 0
    }
  }
  if (waiting.length > 0) yield packed(waiting, bytes)
}

function packed(rows: readonly StateRow[], bytes: number): StateRequest & { kind: 'rows' } {
  const tables = [...new Set(rows.map(([table]) => table))]
  const indexes = new Map(tables.map((table, index) => [table, index]))
  const packet = new RowPacket(bytes)
  for (const [table, key, value] of rows) packet.add(indexes.get(table)!, 0, key, value)
  return { kind: 'rows', tables, packet: packet.finish() }
}
