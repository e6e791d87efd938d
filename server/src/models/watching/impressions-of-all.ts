import type { CounterReader } from '../../ports/counter-store.ts'

/** Videos that are added up at a time. */
const videosAtATime = 16

/** How often all videos together were served in seven days: added up a little at a time, again and again. */
export class ImpressionsOfAll {
  /** Undefined until all have been added up once. */
  total: number | undefined
  readonly #counters: CounterReader
  #videos: Iterator<number> | undefined
  #sum = 0

  constructor(counters: CounterReader) {
    this.#counters = counters
  }

  of(slot: number): number {
    return this.#counters.window(168, 'served', slot)
  }

  step(): void {
    this.#videos ??= this.#counters.active(168)[Symbol.iterator]()
    for (let each = 0; each < videosAtATime; each++) {
      const { done, value } = this.#videos.next()
      if (done) {
        this.total = this.#sum
        this.#sum = 0
        this.#videos = undefined
        return
      }
      this.#sum += this.of(value)
    }
  }
}
