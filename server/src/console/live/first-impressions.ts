import { dayMs } from '../../clock.ts'

const most = 1_000

/** How long new videos waited until they were shown first: the last 1,000 that were shown within a day. */
export class FirstImpressions {
  /** In a ring, by how many there were. */
  readonly #shownMs = new Float64Array(most)
  readonly #waitedMs = new Float64Array(most)
  #count = 0

  shown(timeMs: number, uploadedMs: number): void {
    const waitedMs = timeMs - uploadedMs
    if (waitedMs < 0 || waitedMs > dayMs) return
    this.#shownMs[this.#count % most] = timeMs
    this.#waitedMs[this.#count++ % most] = waitedMs
  }

  /** Of the last 24 h, in ms. */
  read(nowMs: number): { readonly medianMs: number | undefined; readonly shown: number } {
    const waited: number[] = []
    for (let at = 0; at < Math.min(this.#count, most); at++) if (this.#shownMs[at]! > nowMs - dayMs) waited.push(this.#waitedMs[at]!)
    waited.sort((a, b) => a - b)
    const middle = waited.length / 2
    return {
      medianMs: waited.length === 0 ? undefined : (waited[Math.ceil(middle) - 1]! + waited[Math.floor(middle)]!) / 2,
      shown: waited.length,
    }
  }
}
