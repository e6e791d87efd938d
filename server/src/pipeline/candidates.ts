import type { Found } from './found.ts'

/**
 * The candidates of one request as columns. A candidate is a row; what it stands for is `item`, a dense unsigned
 * integer that the product gives meaning to. Rows are only ever added; filters shorten `rows`, the list of those
 * that are left.
 */
export class Candidates<Column extends string = string> {
  /** Rows used so far, dropped ones included. */
  count = 0
  /** Rows that are left, in the order of arrival: the first `live` of the array. */
  live = 0
  readonly rows: Uint32Array
  readonly item: Uint32Array
  /** The source that brought the row first, as an index into the pipeline's sources. */
  readonly source: Uint8Array
  /** All sources that found it, a bit each, by the same index. */
  readonly foundBy: Uint32Array
  readonly columns: Readonly<Record<Column, Float32Array>>
  readonly #found: readonly Found[]
  readonly #byItem: Int32Array
  readonly #mask: number

  /** `found` is what each source has found, for `placeIn`. */
  constructor(capacity: number, columns: readonly Column[], found: readonly Found[] = []) {
    this.#found = found
    this.rows = new Uint32Array(capacity)
    this.item = new Uint32Array(capacity)
    this.source = new Uint8Array(capacity)
    this.foundBy = new Uint32Array(capacity)
    this.columns = Object.fromEntries(columns.map((name) => [name, new Float32Array(capacity)])) as Record<Column, Float32Array>
    this.#mask = 2 ** Math.ceil(Math.log2(capacity * 2)) - 1
    this.#byItem = new Int32Array(this.#mask + 1).fill(-1)
  }

  get capacity(): number {
    return this.item.length
  }

  /** The row of an item, added when it is new, or -1 when there is no room. */
  add(item: number, source: number): number {
    const at = this.#probe(item)
    let row = this.#byItem[at]!
    if (row < 0) {
      if (this.count === this.capacity) return -1
      row = this.count++
      this.#byItem[at] = row
      this.item[row] = item
      this.source[row] = source
      this.rows[this.live++] = row
    }
    this.foundBy[row]! |= 1 << source
    return row
  }

  /** The row of an item, or -1. */
  rowOf(item: number): number {
    return this.#byItem[this.#probe(item)]!
  }

  /** What the rows that are left stand for, in their order. */
  liveItems(): Uint32Array {
    const items = new Uint32Array(this.live)
    for (let at = 0; at < this.live; at++) items[at] = this.item[this.rows[at]!]!
    return items
  }

  /** The place of a row, from 1, among what a source found; 0 where it did not find it. It is looked for: not for every row. */
  placeIn(source: number, row: number): number {
    if ((this.foundBy[row]! & (1 << source)) === 0) return 0
    const { count, items } = this.#found[source]!
    const item = this.item[row]!
    let place = 0
    while (place < count && items[place] !== item) place++
    return place < count ? place + 1 : 0
  }

  /** Empties it for the next request. */
  clear(): void {
    for (const column of Object.values<Float32Array>(this.columns)) column.fill(0, 0, this.count)
    this.foundBy.fill(0, 0, this.count)
    this.count = 0
    this.live = 0
    this.#byItem.fill(-1)
  }

  #probe(item: number): number {
    let at = (Math.imul(item, 0x9e3779b1) >>> 7) & this.#mask
    while (this.#byItem[at]! >= 0 && this.item[this.#byItem[at]!] !== item) at = (at + 1) & this.#mask
    return at
  }
}
