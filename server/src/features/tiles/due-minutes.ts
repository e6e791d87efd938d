import { nextCapacity, resized } from '../../catalog/id-table.ts'
import { patience } from './levels.ts'

/** Whoever gets more rows than this does not wait for a day until they are folded. */
const mostRows = 32

/** By number: the minute from which on some of its rows are to be folded. */
export class DueMinutes {
  readonly #unknown: number
  #minutes = new Int32Array()
  /** Rows added since the minute was set. */
  #rows = new Uint8Array()

  /** `unknown` is the minute of those of which nothing was said. */
  constructor(unknown: number) {
    this.#unknown = unknown
  }

  at(number: number): number {
    return this.#minutes[number] ?? this.#unknown
  }

  set(number: number, minute: number): void {
    this.#reserve(number)
    this.#minutes[number] = minute
    this.#rows[number] = 0
  }

  lower(number: number, minute: number): void {
    this.#reserve(number)
    if (minute < this.#minutes[number]!) this.#minutes[number] = minute
  }

  /** Takes note of a row that is to be folded from a minute on; from when on rows of the number are. */
  added(number: number, minute: number): number {
    this.#reserve(number)
    const rows = this.#rows[number]!
    if (rows < mostRows) this.#rows[number] = rows + 1
    // Once this row belongs elsewhere, so do those before it.
    this.lower(number, rows < mostRows ? minute : minute - patience)
    return this.#minutes[number]!
  }

  #reserve(number: number): void {
    const { length } = this.#minutes
    if (number < length) return
    const capacity = Math.max(number + 1, nextCapacity(length))
    this.#minutes = resized(this.#minutes, capacity).fill(this.#unknown, length)
    this.#rows = resized(this.#rows, capacity)
  }
}
