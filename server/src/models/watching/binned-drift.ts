import { hourMs } from '../../clock.ts'
import { leastValues, psi, sum } from '../../quality/drift.ts'

/** Bins of a column; what they stand for is the caller's. */
export const binsPerColumn = 36

/** So long after the first value, values are what later ones are held against. */
const referenceMs = 6 * hourMs
/** The newest values are those of this and the stretch before. */
const stretchMs = hourMs

/** Distributions of some columns, newest against first, in bins: 432 bytes a column. */
export class BinnedDrift {
  #reference: Uint32Array
  #newest: Uint32Array
  #before: Uint32Array
  #firstMs: number | undefined
  #stretch = 0
  /** Whether the reference is whole. */
  #isReferring = false

  constructor(columns: number) {
    this.#reference = new Uint32Array(columns * binsPerColumn)
    this.#newest = new Uint32Array(columns * binsPerColumn)
    this.#before = new Uint32Array(columns * binsPerColumn)
  }

  /** To be called before values of a time are counted. */
  turnTo(nowMs: number): void {
    this.#firstMs ??= nowMs
    const stretch = Math.floor(nowMs / stretchMs)
    if (stretch <= this.#stretch) return
    const spare = this.#before
    this.#before = this.#newest
    this.#newest = spare.fill(0)
    if (stretch > this.#stretch + 1) this.#before.fill(0)
    this.#stretch = stretch
    if (nowMs - this.#firstMs > referenceMs) this.#isReferring = true
  }
  count(column: number, bin: number): void {
    const at = column * binsPerColumn + bin
    this.#newest[at]!++
    if (!this.#isReferring) this.#reference[at]!++
  }

  /** The newest values by bin. */
  newest(column: number): number[] {
    const [from, until] = [column * binsPerColumn, (column + 1) * binsPerColumn]
    return Array.from(this.#newest.subarray(from, until), (rows, bin) => rows + this.#before[from + bin]!)
  }

  /** The population stability index; undefined while the reference grows, and where there are too few values. */
  index(column: number): number | undefined {
    if (!this.#isReferring) return undefined
    const [from, until] = [column * binsPerColumn, (column + 1) * binsPerColumn]
    const [now, before] = [this.newest(column), [...this.#reference.subarray(from, until)]]
    return Math.min(sum(now), sum(before)) < leastValues ? undefined : psi({ now, before })
  }
}
