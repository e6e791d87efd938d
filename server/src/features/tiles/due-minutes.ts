import { nextCapacity, resized } from '../../catalog/id-table.ts'

/** Who gets more rows than this has them folded soon. */
const mostRows = 32

/** By number: the minute from which on some of its rows are to be folded. 0 for those of which nothing was said. */
export class DueMinutes {
  #minutes = new Int32Array(64)
  /** Rows added since the minute was set. */
  #rows = new Uint8Array(64)

  at(number: number): number {
    return this.#minutes[number] ?? 0
  }

  set(number: number, minute: number): void {
    const { length } = this.#minutes
    if (number >= length) {
      const capacity = Math.max(number + 1, nextCapacity(length))
      this.#minutes = resized(this.#minutes, capacity)
      this.#rows = resized(this.#rows, capacity)
    }
    this.#minutes[number] = minute
    this.#rows[number] = 0
  }

  lower(number: number, minute: number): void {
    if (minute < this.at(number)) this.#minutes[number] = minute
  }

  /** Takes note of a row; from when on rows are to be folded now. */
  added(number: number, minute: number): number {
    if (number >= this.#minutes.length) return 0
    const rows = this.#rows[number]! + 1
    if (rows <= mostRows) this.#rows[number] = rows
    this.lower(number, rows > mostRows ? 0 : minute)
    return this.#minutes[number]!
  }
}
