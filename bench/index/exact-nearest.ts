/** The nearest to some queries by float32 dot products, among vectors that are compared as they come and not kept. */
export class ExactNearest {
  readonly #queries: readonly Float32Array[]
  readonly #count: number
  /** Of each query, the items that may be among the nearest, and their scores. */
  readonly #found: { items: number[]; scores: number[]; least: number }[]

  constructor(queries: readonly Float32Array[], count: number) {
    this.#queries = queries
    this.#count = count
    this.#found = queries.map(() => ({ items: [], scores: [], least: Number.NEGATIVE_INFINITY }))
  }

  /** Items from `first` on, a vector each. */
  add(first: number, values: Float32Array): void {
    for (const [at, query] of this.#queries.entries()) {
      const found = this.#found[at]!
      for (let from = 0, item = first; from < values.length; from += query.length, item++) {
        const score = dot(query, values, from)
        if (score <= found.least) continue
        found.items.push(item)
        found.scores.push(score)
      }
      if (found.items.length > 2 * this.#count) this.#drop(at)
    }
  }

  /** Of each query the nearest `most` items, no more than it counts. */
  nearest(most: number): ReadonlySet<number>[] {
    return this.#found.map((_, at) => {
      this.#drop(at)
      return new Set(this.#found[at]!.items.slice(0, most))
    })
  }

  #drop(at: number): void {
    const { items, scores } = this.#found[at]!
    const order = [...items.keys()].sort((one, other) => scores[other]! - scores[one]!).slice(0, this.#count)
    const least = order.length < this.#count ? Number.NEGATIVE_INFINITY : scores[order.at(-1)!]!
    this.#found[at] = { items: order.map((place) => items[place]!), scores: order.map((place) => scores[place]!), least }
  }
}

/** In four sums, which do not wait for each other. */
function dot(query: Float32Array, values: Float32Array, from: number): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let at = 0; at < query.length; at += 4) {
    a += query[at]! * values[from + at]!
    b += query[at + 1]! * values[from + at + 1]!
    c += query[at + 2]! * values[from + at + 2]!
    d += query[at + 3]! * values[from + at + 3]!
  }
  return a + b + c + d
}
