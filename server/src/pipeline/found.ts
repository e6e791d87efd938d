import type { Finding } from './stages.ts'

/** What one source has found for one request, in the order of finding. */
export class Found implements Finding {
  count = 0
  items = new Uint32Array(128)
  scores = new Float64Array(128)

  add(item: number, score: number): void {
    if (this.count === this.items.length) this.#grow()
    this.items[this.count] = item
    this.scores[this.count++] = score
  }

  /** Empties it for the next request. */
  clear(): void {
    this.count = 0
  }

  #grow(): void {
    const { items, scores } = this
    this.items = new Uint32Array(items.length * 2)
    this.items.set(items)
    this.scores = new Float64Array(scores.length * 2)
    this.scores.set(scores)
  }
}
