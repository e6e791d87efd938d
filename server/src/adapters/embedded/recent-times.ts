const remembered = 128
/** Before that, the longest of them says too little. */
const enough = 32

/** What took how long lately. */
export class RecentTimes {
  readonly #ms = new Float64Array(remembered)
  #count = 0

  add(ms: number): void {
    this.#ms[this.#count++ % remembered] = ms
  }

  /** What one in a hundred took longer than, in ms; undefined while too little is known. */
  p99(): number | undefined {
    if (this.#count < enough) return undefined
    const known = this.#ms.slice(0, Math.min(this.#count, remembered)).sort()
    return known[Math.floor(0.99 * (known.length - 1))]
  }
}
