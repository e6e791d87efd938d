import type { KeptTable } from '../../state/changed-rows.ts'

/** Rows on a disk that takes what a save gives it. */
export class DiskForTests {
  readonly #tables = new Map<string, Map<string, Uint8Array>>()

  get(table: string, key: string): Uint8Array | undefined {
    return this.rowsOf(table).get(key)
  }

  rowsOf(table: string): Map<string, Uint8Array> {
    const rows = this.#tables.get(table) ?? new Map<string, Uint8Array>()
    this.#tables.set(table, rows)
    return rows
  }

  /** Begins a save of tables; what it returns ends it. */
  begin(tables: readonly KeptTable[], taken: number): (isSaved: boolean) => void {
    for (const { changes } of tables) changes.begin()
    const rows = tables.flatMap(({ changes }) => changes.take(taken))
    return (isSaved) => {
      for (const { changes } of tables) for (let more = changes.take(7); more.length > 0; more = changes.take(7)) rows.push(...more)
      for (const [table, key, value] of isSaved ? rows : []) {
        if (value === undefined) this.rowsOf(table).delete(key)
        else this.rowsOf(table).set(key, value)
      }
      for (const { changes } of tables) changes.end(isSaved)
    }
  }

  save(tables: readonly KeptTable[]): void {
    this.begin(tables, 1)(true)
  }

  /** Gives tables all of their rows, as at a start. */
  load(tables: readonly KeptTable[]): void {
    for (const { load, name } of tables) for (const [key, value] of this.rowsOf(name)) load?.(key, value)
  }
}
