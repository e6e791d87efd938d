import { type Aggregation, isAdditive } from '../language/aggregation.ts'

/** Values of aggregations: a number each, NaN for unknown; then the time of each `latest`. Beside them the ids of rows that these are from. */
export interface TileCells {
  cells: Float64Array
  /** Where they begin. */
  at: number
  readonly ids: string[]
  idsAt: number
}

/** A sum that would no longer be exact, by its place among the aggregations. */
export class CellOverflow extends Error {
  readonly place: number

  constructor(place: number) {
    super('a sum is beyond 2^53 - 1')
    this.place = place
  }
}

/** How the numbers of a tile lie in its cells, and how two of them become one. */
export class TileShape {
  readonly aggregations: readonly Aggregation[]
  readonly width: number
  /** Places of `latest`. */
  readonly latest: readonly number[]
  /** Width and times. */
  readonly cells: number
  /** Whether all values are sums. */
  readonly isSum: boolean
  /** The cells of a tile of no rows. */
  readonly empty: Float64Array

  constructor(aggregations: readonly Aggregation[]) {
    this.aggregations = aggregations
    this.width = aggregations.length
    this.latest = [...aggregations.keys()].filter((place) => aggregations[place]!.how === 'latest')
    this.cells = this.width + this.latest.length
    this.isSum = aggregations.every(isAdditive)
    this.empty = new Float64Array(this.cells).fill(Number.NaN)
    for (const [place, aggregation] of aggregations.entries()) if (isAdditive(aggregation)) this.empty[place] = 0
  }

  /** A tile of no rows. */
  create(): TileCells {
    return { cells: this.empty.slice(), at: 0, ids: this.latest.map(() => ''), idsAt: 0 }
  }

  clear({ cells, at, ids, idsAt }: TileCells): void {
    cells.set(this.empty, at)
    for (let latest = 0; latest < this.latest.length; latest++) ids[idsAt + latest] = ''
  }

  copy(into: TileCells, from: TileCells): void {
    for (let cell = 0; cell < this.cells; cell++) into.cells[into.at + cell] = from.cells[from.at + cell]!
    for (let latest = 0; latest < this.latest.length; latest++) into.ids[into.idsAt + latest] = from.ids[from.idsAt + latest]!
  }

  isSame(one: TileCells, other: TileCells): boolean {
    for (let cell = 0; cell < this.cells; cell++) if (!Object.is(one.cells[one.at + cell], other.cells[other.at + cell])) return false
    return true
  }

  /** Throws `CellOverflow`. */
  merge(into: TileCells, from: TileCells): void {
    if (this.isSum) addSums(into.cells, into.at, from.cells, from.at, this.width)
    else this.#mergeEach(into, from)
  }

  #mergeEach(into: TileCells, from: TileCells): void {
    for (let place = 0; place < this.width; place++) {
      const value = from.cells[from.at + place]!
      const own = into.cells[into.at + place]!
      const { how } = this.aggregations[place]!
      if (how === 'min') into.cells[into.at + place] = Number.isNaN(own) || value < own ? value : own
      else if (how === 'max') into.cells[into.at + place] = Number.isNaN(own) || value > own ? value : own
      else if (how !== 'latest') into.cells[into.at + place] = sum(own, value, place)
    }
    for (const [latest, place] of this.latest.entries()) if (this.#isLater(latest, place, from, into)) this.#take(latest, place, into, from)
  }

  /** By time, then by id, then by value. */
  #isLater(latest: number, place: number, one: TileCells, other: TileCells): boolean {
    if (Number.isNaN(one.cells[one.at + place]!)) return false
    if (Number.isNaN(other.cells[other.at + place]!)) return true
    const time = this.width + latest
    const later = one.cells[one.at + time]! - other.cells[other.at + time]!
    if (later !== 0) return later > 0
    const order = Buffer.compare(Buffer.from(one.ids[one.idsAt + latest]!), Buffer.from(other.ids[other.idsAt + latest]!))
    return order > 0 || (order === 0 && one.cells[one.at + place]! > other.cells[other.at + place]!)
  }

  #take(latest: number, place: number, into: TileCells, from: TileCells): void {
    into.cells[into.at + place] = from.cells[from.at + place]!
    into.cells[into.at + this.width + latest] = from.cells[from.at + this.width + latest]!
    into.ids[into.idsAt + latest] = from.ids[from.idsAt + latest]!
  }
}

/** Adds numbers to others, in place. Throws `CellOverflow`. */
export function addSums(into: Float64Array, at: number, from: Float64Array, fromAt: number, width: number): void {
  for (let place = 0; place < width; place++) into[at + place] = sum(into[at + place]!, from[fromAt + place]!, place)
}

function sum(one: number, other: number, place: number): number {
  const result = one + other
  if (result > Number.MAX_SAFE_INTEGER || result < Number.MIN_SAFE_INTEGER) throw new CellOverflow(place)
  return result
}
