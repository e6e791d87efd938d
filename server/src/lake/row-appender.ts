import { type DuckDBAppender, DuckDBDataChunk } from '@duckdb/node-api'
import type { LakeDatabase } from './database.ts'
import type { NamedColumn, Row } from './kinds.ts'

/** What DuckDB takes at a time. */
const rowsAChunk = 2_048

export async function createTable(database: LakeDatabase, table: string, columns: readonly NamedColumn[]): Promise<void> {
  await database.run(`CREATE OR REPLACE TABLE ${table} (${columns.map(({ name, type }) => `${name} ${type}`).join(', ')})`)
}

/** Brings rows into a table, by chunks; what was added is there after `flush`. */
export class RowAppender {
  readonly #columns: readonly NamedColumn[]
  readonly #appender: DuckDBAppender
  #rows: Row[] = []

  private constructor(columns: readonly NamedColumn[], appender: DuckDBAppender) {
    this.#columns = columns
    this.#appender = appender
  }

  static async open(database: LakeDatabase, table: string, columns: readonly NamedColumn[]): Promise<RowAppender> {
    return new RowAppender(columns, await database.appender(table))
  }

  add(row: Row): void {
    this.#rows.push(row)
    if (this.#rows.length === rowsAChunk) this.#append()
  }

  flush(): void {
    if (this.#rows.length > 0) this.#append()
    this.#appender.flushSync()
  }

  close(): void {
    this.flush()
    this.#appender.closeSync()
  }

  #append(): void {
    const rows = this.#rows
    this.#rows = []
    const chunk = DuckDBDataChunk.create(
      this.#columns.map(({ type }) => type),
      rows.length,
    )
    for (let at = 0; at < this.#columns.length; at++) {
      const values = rows.map((row) => row[at]!)
      chunk.setColumnValues(at, values)
    }
    this.#appender.appendDataChunk(chunk)
  }
}
