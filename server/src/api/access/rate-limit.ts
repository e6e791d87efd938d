/** A bucket of tokens for each name: `perSecond` of them flow in, and as many fit. */
export class RateLimit {
  readonly #perSecond: number
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Takes one; false if there is none. */
  take(name: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      bucket = { tokens: this.#perSecond, atMs: nowMs }
      this.#buckets.set(name, bucket)
    }
    const flown = (Math.max(0, nowMs - bucket.atMs) * this.#perSecond) / 1_000
    bucket.tokens = Math.min(this.#perSecond, bucket.tokens + flown)
    bucket.atMs = nowMs
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}
