import { mkdir } from 'node:fs/promises'
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance, DuckDBTypeId, type DuckDBValue, type Json } from '@duckdb/node-api'
import { Unavailable, VireoError } from '../errors.ts'
import { type DatabaseAccess, type Lake, noAccess } from '../ports/lake.ts'

export interface LakeDatabaseOptions {
  /** Whose files it reads; not needed for files of this machine. */
  readonly lake?: Pick<Lake, 'access'> | undefined
  /** Memory that DuckDB takes at most, in MiB; what needs more goes to disk. */
  readonly memoryMb: number
  /** For what does not fit into memory. */
  readonly tempFolder: string
  /** Interrupts what runs. */
  readonly signal?: AbortSignal
}

/** Rows as a result has them, a value a column. */
export type Rows = readonly (readonly DuckDBValue[])[]

/** DuckDB over the lake: one thread, bounded memory, in UTC, nothing loaded from outside but what the lake needs. */
export class LakeDatabase {
  readonly connection: DuckDBConnection
  readonly #instance: DuckDBInstance
  readonly #lake: Pick<Lake, 'access'> | undefined
  readonly #signal: AbortSignal | undefined
  readonly #interrupt = () => this.connection.interrupt()
  #admitted: DatabaseAccess = noAccess

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, { lake, signal }: LakeDatabaseOptions) {
    this.#instance = instance
    this.connection = connection
    this.#lake = lake
    this.#signal = signal
    signal?.addEventListener('abort', this.#interrupt)
  }

  static async open(options: LakeDatabaseOptions): Promise<LakeDatabase> {
    const { lake, memoryMb, tempFolder, signal } = options
    signal?.throwIfAborted()
    const access = (await lake?.access()) ?? noAccess
    await mkdir(tempFolder, { recursive: true })
    const instance = await DuckDBInstance.create(':memory:', {
      ...access.settings,
      threads: '1',
      memory_limit: `${memoryMb}MiB`,
      temp_directory: tempFolder,
      autoinstall_known_extensions: 'false',
    })
    const database = new LakeDatabase(instance, await instance.connect(), options)
    try {
      await database.run("SET TimeZone = 'UTC'")
      return database
    } catch (error) {
      database.close()
      throw error
    }
  }

  async run(sql: string): Promise<void> {
    await this.#reading(() => this.connection.run(sql))
  }

  async rows(sql: string): Promise<Rows> {
    return this.#reading(async () => (await this.connection.runAndReadAll(sql)).getRows())
  }

  /** The answer as JSON has it; whole numbers stay numbers where JSON holds them exactly. */
  async answer(sql: string): Promise<{ readonly columns: string[]; readonly rows: Json[][] }> {
    const reader = await this.#reading(() => this.connection.runAndReadAll(sql))
    const areWhole = reader.columnTypes().map(({ typeId }) => wholeTypes.has(typeId))
    const rows = reader.getRowsJson().map((row) => row.map((value, at) => (areWhole[at] ? exact(value) : value)))
    return { columns: reader.deduplicatedColumnNames(), rows }
  }

  async number(sql: string): Promise<number> {
    return Number((await this.rows(sql))[0]![0])
  }

  /** The answer in pieces of about 2,000 rows. */
  async *pieces(sql: string): AsyncGenerator<Rows> {
    const result = await this.#reading(() => this.connection.stream(sql))
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

  async #reading<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#admit()
    return this.#interruptible(work)
  }

  /** Lets DuckDB read the lake, anew where its keys have changed. */
  async #admit(): Promise<void> {
    const access = (await this.#lake?.access()) ?? noAccess
    if (access === this.#admitted) return
    const { secret, statements } = access
    for (const sql of statements) {
      await this.connection.run(sql).catch((error: Error) => {
        throw new VireoError({
          code: 'LAKE_EXTENSION_MISSING',
          fault: 'server',
          retryable: false,
          message: `DuckDB can't read s3:// paths: ${firstLine(error)}`,
        })
      })
    }
    await this.connection.run(secret).catch(() => {
      // What DuckDB says repeats the keys.
      throw new Unavailable('S3_UNAVAILABLE', 'DuckDB does not take the keys for the lake')
    })
    this.#admitted = access
  }

  async #interruptible<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      // What an abort interrupted fails with DuckDB's words; the caller waits for the signal's.
      this.#signal?.throwIfAborted()
      throw asStoreError(error as Error)
    }
  }
}

const firstLine = ({ message }: Error) => message.split('\n')[0]!

/** DuckDB's words for what an object store did not give. What is not there is DuckDB's to tell, as it is of a folder. */
function asStoreError(error: Error): Error {
  if (!/^(HTTP|IO) Error: .*\bHTTP\b/.test(error.message) || error.message.includes('HTTP 404')) return error
  return new Unavailable('S3_UNAVAILABLE', `The object store did not give a file of the lake: ${firstLine(error)}`, error)
}

/** Their values come as texts. */
const wholeTypes = new Set([DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT])
const exact = (value: Json) => (value !== null && Number.isSafeInteger(Number(value)) ? Number(value) : value)

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
