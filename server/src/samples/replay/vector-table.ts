import { DOUBLE, type DuckDBAppender, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'
import { type LakeDatabase, quoted } from '../../lake/database.ts'
import { parquetOptions } from '../../lake/file-writer.ts'

/** What DuckDB takes at a time. */
const rowsAChunk = 2_048

/** Rows of a few columns and a vector of whole numbers, on their way to a Parquet file in which that is a list. */
export class VectorTable {
  /** Rows that are in it. */
  rows = 0
  readonly #database: LakeDatabase
  readonly #name: string
  readonly #columns: readonly { readonly name: string; readonly type: DuckDBType }[]
  readonly #width: number
  readonly #keys: (readonly DuckDBValue[])[] = []
  readonly #values: Float64Array
  #appender: DuckDBAppender | undefined

  constructor(
    database: LakeDatabase,
    name: string,
    columns: readonly { readonly name: string; readonly type: DuckDBType }[],
    width: number,
  ) {
    this.#database = database
    this.#name = name
    this.#columns = columns
    this.#width = width
    this.#values = new Float64Array(rowsAChunk * width)
  }

  /** Where the vector of the next row is to be written: `width` numbers of `values` from `at` on. */
  get next(): { readonly values: Float64Array; readonly at: number } {
    return { values: this.#values, at: this.#keys.length * this.#width }
  }

  /** Adds a row whose vector is written. */
  async add(keys: readonly DuckDBValue[]): Promise<void> {
    if (this.rows === 0) await this.#create()
    this.rows++
    if (this.#keys.push(keys) === rowsAChunk) this.#append()
  }

  /** Moves all rows to a file, with `list` for the vector's name. */
  async moveTo(file: string, list: string): Promise<void> {
    if (this.#keys.length > 0) this.#append()
    this.#appender!.closeSync()
    const keys = this.#columns.map(({ name }) => name)
    const numbers = Array.from({ length: this.#width }, (_, at) => `n${at}::BIGINT`)
    await this.#database.run(
      `COPY (SELECT ${keys.join(', ')}, [${numbers.join(', ')}] AS ${list} FROM ${this.#name}) TO ${quoted(file)} ${parquetOptions}`,
    )
    await this.#database.run(`DROP TABLE ${this.#name}`)
    this.rows = 0
  }

  async #create(): Promise<void> {
    const keys = this.#columns.map(({ name, type }) => `${name} ${type}`)
    const numbers = Array.from({ length: this.#width }, (_, at) => `n${at} DOUBLE`)
    await this.#database.run(`CREATE TEMP TABLE ${this.#name} (${[...keys, ...numbers].join(', ')})`)
    this.#appender = await this.#database.appender(this.#name)
  }

  #append(): void {
    const rows = this.#keys.splice(0)
    const chunk = DuckDBDataChunk.create(
      [...this.#columns.map(({ type }) => type), ...Array.from({ length: this.#width }, () => DOUBLE)],
      rows.length,
    )
    for (let at = 0; at < this.#columns.length; at++) {
      chunk.setColumnValues(
        at,
        rows.map((row) => row[at]!),
      )
    }
    for (let column = 0; column < this.#width; column++) {
      const vector = chunk.getColumnVector(this.#columns.length + column)
      for (let row = 0; row < rows.length; row++) vector.setItem(row, this.#values[row * this.#width + column]!)
      vector.flush()
    }
    this.#appender!.appendDataChunk(chunk)
  }
}
