/** A binary matrix by rows: the distinct columns of each row lie side by side. */
export class Rows {
  readonly starts: Uint32Array
  readonly columns: Uint32Array

  private constructor(starts: Uint32Array, columns: Uint32Array) {
    this.starts = starts
    this.columns = columns
  }

  /** From distinct pairs of row and column. Each row's columns keep the order of the pairs. */
  static of(height: number, rows: ArrayLike<number>, columns: ArrayLike<number>): Rows {
    const starts = new Uint32Array(height + 1)
    for (let at = 0; at < rows.length; at++) starts[rows[at]! + 1]!++
    for (let row = 0; row < height; row++) starts[row + 1]! += starts[row]!
    const next = starts.slice()
    const sorted = new Uint32Array(rows.length)
    for (let at = 0; at < rows.length; at++) sorted[next[rows[at]!]!++] = columns[at]!
    return new Rows(starts, sorted)
  }

  get height(): number {
    return this.starts.length - 1
  }

  of(row: number): Uint32Array {
    return this.columns.subarray(this.starts[row]!, this.starts[row + 1]!)
  }

  transposed(width: number): Rows {
    const rows = new Uint32Array(this.columns.length)
    for (let row = 0; row < this.height; row++) rows.fill(row, this.starts[row]!, this.starts[row + 1]!)
    return Rows.of(width, this.columns, rows)
  }
}
