export interface RefusedRow {
  readonly file: string
  /** The line, from 1, the header's included; in Parquet the row, from 1. */
  readonly row: number
  readonly reason: string
}

const examplesKept = 10

/** Counts what is refused and keeps the first few to look at. */
export class RefusedRows {
  readonly counts: Record<string, number> = {}
  readonly examples: RefusedRow[] = []

  add(reason: string, count: number): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + count
  }

  show(rows: readonly RefusedRow[]): void {
    this.examples.push(...rows.slice(0, examplesKept - this.examples.length))
  }
}
