import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'

/** Columns by name, a value a row. */
export type Columns = Readonly<Record<string, readonly DuckDBValue[]>>

/** DuckDB for the time of one import: reads, checks, sorts and joins off the main thread, on disk where memory ends. */
export class ImportDatabase {
  readonly signal: AbortSignal
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection
  readonly #folder: string
  readonly #interrupt = () => this.#connection.interrupt()

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, folder: string, signal: AbortSignal) {
    this.#instance = instance
    this.#connection = connection
    this.#folder = folder
    this.signal = signal
    signal.addEventListener('abort', this.#interrupt)
  }

  static async open(signal: AbortSignal): Promise<ImportDatabase> {
    const folder = await mkdtemp(join(tmpdir(), 'vireo-import-'))
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: '512MB',
      temp_directory: folder,
      autoinstall_known_extensions: 'false',
    })
    const database = new ImportDatabase(instance, await instance.connect(), folder, signal)
    await database.run("SET TimeZone = 'UTC'")
    return database
  }

  async run(sql: string): Promise<void> {
    await this.#interruptible(() => this.#connection.run(sql))
  }

  async rows(sql: string): Promise<DuckDBValue[][]> {
    return this.#interruptible(async () => (await this.#connection.runAndReadAll(sql)).getRows())
  }

  async number(sql: string): Promise<number> {
    return Number((await this.rows(sql))[0]![0])
  }

  /** The answer in pieces of about 2,000 rows. */
  async *columns(sql: string): AsyncGenerator<{ rows: number; columns: Columns }> {
    const result = await this.#interruptible(() => this.#connection.stream(sql))
    const names = result.columnNames()
    for (;;) {
      const chunk = await this.#interruptible(() => result.fetchChunk())
      if (chunk === null || chunk.rowCount === 0) return
      const columns: Record<string, DuckDBValue[]> = {}
      for (const [at, name] of names.entries()) {
        columns[name] = chunk.getColumnValues(at)
        // All columns at once would hold up whoever asks for a feed meanwhile.
        await nextTurn()
      }
      yield { rows: chunk.rowCount, columns }
    }
  }

  async close(): Promise<void> {
    this.signal.removeEventListener('abort', this.#interrupt)
    this.#connection.closeSync()
    this.#instance.closeSync()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #interruptible<T>(work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      // What an abort interrupted fails with DuckDB's words; the caller waits for the signal's.
      this.signal.throwIfAborted()
      throw error
    }
  }
}

export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
