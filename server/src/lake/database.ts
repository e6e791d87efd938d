import { mkdir } from 'node:fs/promises'
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance, DuckDBTypeId, type DuckDBValue, type Json } from '@duckdb/node-api'

export interface LakeDatabaseOptions {
  /** Memory that DuckDB takes at most, in MiB; what needs more goes to disk. */
  readonly memoryMb: number
  /** For what does not fit into memory. */
  readonly tempFolder: string
  /** Interrupts what runs. */
  readonly signal?: AbortSignal
}

/** Rows as a result has them, a value a column. */
export type Rows = readonly (readonly DuckDBValue[])[]

/** DuckDB over the lake: one thread, bounded memory, in UTC, nothing loaded from outside. */
export class LakeDatabase {
  readonly connection: DuckDBConnection
  readonly #instance: DuckDBInstance
  readonly #signal: AbortSignal | undefined
  readonly #interrupt = () => this.connection.interrupt()

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, signal: AbortSignal | undefined) {
    this.#instance = instance
    this.connection = connection
    this.#signal = signal
    signal?.addEventListener('abort', this.#interrupt)
  }

  static async open({ memoryMb, tempFolder, signal }: LakeDatabaseOptions): Promise<LakeDatabase> {
    signal?.throwIfAborted()
    await mkdir(tempFolder, { recursive: true })
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: `${memoryMb}MiB`,
      temp_directory: tempFolder,
      autoinstall_known_extensions: 'false',
    })
    const database = new LakeDatabase(instance, await instance.connect(), signal)
    await database.run("SET TimeZone = 'UTC'")
    return database
  }

  async run(sql: string): Promise<void> {
    await this.#interruptible(() => this.connection.run(sql))
  }

  async rows(sql: string): Promise<Rows> {
    return this.#interruptible(async () => (await this.connection.runAndReadAll(sql)).getRows())
  }

  /** The answer as JSON has it; whole numbers stay numbers where JSON holds them exactly. */
  async answer(sql: string): Promise<{ readonly columns: string[]; readonly rows: Json[][] }> {
    const reader = await this.#interruptible(() => this.connection.runAndReadAll(sql))
    const areWhole = reader.columnTypes().map(({ typeId }) => wholeTypes.has(typeId))
    const rows = reader.getRowsJson().map((row) => row.map((value, at) => (areWhole[at] ? exact(value) : value)))
    return { columns: reader.deduplicatedColumnNames(), rows }
  }

  async number(sql: string): Promise<number> {
    return Number((await this.rows(sql))[0]![0])
  }

  /** The answer in pieces of about 2,000 rows. */
  async *pieces(sql: string): AsyncGenerator<Rows> {
    const result = await this.#interruptible(() => this.connection.stream(sql))
    for (;;) {
      const chunk = await this.#interruptible(() => result.fetchChunk())
      if (chunk === null || chunk.rowCount === 0) return
      yield chunk.getRows()
    }
  }

  appender(table: string): Promise<DuckDBAppender> {
    return this.connection.createAppender(table)
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#interrupt)
    this.connection.closeSync()
    this.#instance.closeSync()
  }

  async #interruptible<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      // What an abort interrupted fails with DuckDB's words; the caller waits for the signal's.
      this.#signal?.throwIfAborted()
      throw error
    }
  }
}

/** Their values come as texts. */
const wholeTypes = new Set([DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT])
const exact = (value: Json) => (value !== null && Number.isSafeInteger(Number(value)) ? Number(value) : value)

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
