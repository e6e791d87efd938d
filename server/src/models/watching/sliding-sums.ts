/** Sums over the last stretch of time, in buckets: what is older than all of them is gone. */
export class SlidingSums {
  readonly #width: number
  readonly #bucketMs: number
  readonly #buckets: number
  readonly #sums: Float64Array
  /** The newest bucket, by its number since 1970. */
  #head = 0

  /** `width` sums over `buckets` × `bucketMs`. */
  constructor(width: number, bucketMs: number, buckets: number) {
    this.#width = width
    this.#bucketMs = bucketMs
    this.#buckets = buckets
    this.#sums = new Float64Array(width * buckets)
  }

  add(nowMs: number, values: readonly number[]): void {
    this.#turnTo(nowMs)
    const at = (this.#head % this.#buckets) * this.#width
    for (let sum = 0; sum < this.#width; sum++) this.#sums[at + sum]! += values[sum]!
  }

  read(nowMs: number): number[] {
    this.#turnTo(nowMs)
    const sums = new Array<number>(this.#width).fill(0)
    for (let at = 0; at < this.#sums.length; at++) sums[at % this.#width]! += this.#sums[at]!
    return sums
  }

  #turnTo(nowMs: number): void {
    const bucket = Math.floor(nowMs / this.#bucketMs)
    for (let next = Math.max(this.#head + 1, bucket - this.#buckets + 1); next <= bucket; next++) {
      const at = (next % this.#buckets) * this.#width
      this.#sums.fill(0, at, at + this.#width)
    }
    this.#head = Math.max(this.#head, bucket)
  }
}
