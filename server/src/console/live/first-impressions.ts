import { dayMs } from '../../clock.ts'
import type { FirstImpression } from './first-impressions-before.ts'

export const mostFirsts = 1_000

/** How long new videos waited until they were shown first: the last 1,000 that were shown within a day. */
export class FirstImpressions {
  /** In a ring, by how many there were. */
  readonly #shownMs = new Float64Array(mostFirsts)
  readonly #waitedMs = new Float64Array(mostFirsts)
  #count = 0

  shown(timeMs: number, uploadedMs: number): void {
    const waitedMs = timeMs - uploadedMs
    if (waitedMs < 0 || waitedMs > dayMs) return
    this.#shownMs[this.#count % mostFirsts] = timeMs
    this.#waitedMs[this.#count++ % mostFirsts] = waitedMs
  }

  /** Takes in those of before it began to count, as far as there is room. */
  before(firsts: readonly FirstImpression[]): void {
    for (const first of firsts.slice(0, Math.max(0, mostFirsts - this.#count))) this.shown(...first)
  }

  /** Of the last 24 h, in ms. */
  read(nowMs: number): { readonly medianMs: number | undefined; readonly shown: number } {
    const waited: number[] = []
    for (let at = 0; at < Math.min(this.#count, mostFirsts); at++) if (this.#shownMs[at]! > nowMs - dayMs) waited.push(this.#waitedMs[at]!)
    waited.sort((a, b) => a - b)
    const middle = waited.length / 2
    return {
      medianMs: waited.length === 0 ? undefined : (waited[Math.ceil(middle) - 1]! + waited[Math.floor(middle)]!) / 2,
      shown: waited.length,
    }
  }
}
