/** Stands for a key that was taken out. */
const gone = -1

/**
 * Keys that came lately: at least the last so many, at most twice as many. A key is 52 bits of a hash, whose lower half is
 * given apart. Two tables with linear probing, the newer of which takes the place of the older one when it is full: numbers
 * alone, of which the collector has nothing to do.
 */
export class RecentKeys {
  readonly #most: number
  #newer: Float64Array
  #older: Float64Array
  /** In the newer table, with those that were taken out of it. */
  #count = 0

  constructor(most: number) {
    this.#most = most
    const places = 2 ** Math.ceil(Math.log2(most * 1.5))
    this.#newer = new Float64Array(places)
    this.#older = new Float64Array(places)
  }

  /** Adds a key; whether it was new. */
  add(high: number, low: number): boolean {
    const key = keyOf(high, low)
    const at = find(this.#newer, key, low)
    if (this.#newer[at] === key || this.#older[find(this.#older, key, low)] === key) return false
    this.#newer[at] = key
    if (++this.#count === this.#most) this.#turn()
    return true
  }

  delete(high: number, low: number): void {
    const key = keyOf(high, low)
    for (const table of [this.#newer, this.#older]) {
      const at = find(table, key, low)
      if (table[at] === key) table[at] = gone
    }
  }

  #turn(): void {
    const oldest = this.#older
    this.#older = this.#newer
    this.#newer = oldest.fill(0)
    this.#count = 0
  }
}

/** Above 0, which is an empty place. */
const keyOf = (high: number, low: number) => (high & 0xf_ffff) * 2 ** 32 + low + 1

/** Where a key is, or the empty place where it would go. */
function find(table: Float64Array, key: number, low: number): number {
  const mask = table.length - 1
  let at = low & mask
  while (table[at] !== key && table[at] !== 0) at = (at + 1) & mask
  return at
}
