import { hourMs } from '../../clock.ts'
import { type Binned, leastValues, psi, sum } from '../../quality/drift.ts'

/** Bins of a column; what they stand for is the caller's. */
export const binsPerColumn = 36

/** So long after the first value, values are what later ones are held against. */
const referenceMs = 6 * hourMs
/** The newest values are those of this and the stretch before. */
const stretchMs = hourMs

/** The population stability index; undefined where there are too few values. */
export const indexOf = (binned: Binned): number | undefined =>
  Math.min(sum(binned.now), sum(binned.before)) < leastValues ? undefined : psi(binned)

/** Distributions of some columns, newest against first, in bins: 432 bytes a column. */
export class BinnedDrift {
  #reference: Uint32Array
  #newest: Uint32Array
  #before: Uint32Array
  #firstMs: number | undefined
  #stretch = 0
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

  /** The first values by bin, as far as they have come. */
  reference(column: number): number[] {
    return [...this.#reference.subarray(column * binsPerColumn, (column + 1) * binsPerColumn)]
  }

  /** Whether the reference is whole. */
  get isReferring(): boolean {
    return this.#isReferring
  }

  /** The population stability index; undefined while the reference grows, and where there are too few values. */
  index(column: number): number | undefined {
    if (!this.#isReferring) return undefined
    return indexOf({ now: this.newest(column), before: this.reference(column) })
  }
}
