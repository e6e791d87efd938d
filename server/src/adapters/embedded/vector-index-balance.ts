import type { VectorBlocks } from './vector-blocks.ts'
import { type Centroids, toLengthOne } from './vector-index-centroids.ts'
import type { RowLists } from './vector-index-lists.ts'
import type { VectorScan } from './vector-scan.ts'

export interface BalanceParts {
  readonly blocks: VectorBlocks
  readonly scan: VectorScan
  readonly lists: RowLists
  readonly centroids: Centroids
}

const mostRounds = 6
/** Where two means would leave less than this share to one side, each gets a half. */
const leastShare = 1 / 8
/** Lists whose rows are compared with the two new centroids. */
const neighbours = 16

/** Keeps lists of a size as vectors come and go, without ever building anew (LIRE: Xu et al., SPFresh, SOSP 2023). */
export class ListBalance {
  readonly #parts: BalanceParts
  readonly #axis: Float32Array

  constructor(parts: BalanceParts) {
    this.#parts = parts
    this.#axis = new Float32Array(parts.blocks.width)
  }

  /** Makes two lists of one, and lets rows of these and of those around change to the list that is nearest now. */
  split(list: number): void {
    const { centroids, lists } = this.#parts
    const around = this.#nearestTo(list, neighbours)
    const half = this.#half(list)
    const other = this.addList()
    for (const item of half) lists.move(item, other)
    const halves = [list, other]
    for (const changed of halves) centroids.recentre(changed)
    for (const neighbour of around) {
      for (const one of halves) {
        this.#exchange(one, neighbour)
        this.#exchange(neighbour, one)
      }
    }
    this.#exchange(list, other)
    this.#exchange(other, list)
    for (const changed of [...halves, ...around]) centroids.recentre(changed)
  }

  /** Brings the rows of a list to the lists that are next to them, and ends it. */
  dissolve(list: number): void {
    const { blocks, centroids, lists, scan } = this.#parts
    const direction = new Float32Array(blocks.width)
    for (const item of Array.from(lists.places(list), (place) => blocks.item(place))) {
      blocks.read(blocks.place(item), direction)
      scan.ask(direction)
      lists.move(item, centroids.nearest(2).find((other) => other !== list)!)
    }
    lists.drop(list)
    centroids.drop(list)
  }

  addList(): number {
    this.#parts.centroids.add()
    return this.#parts.lists.add()
  }

  /** The lists around one, without it. */
  #nearestTo(list: number, most: number): Uint32Array {
    const { centroids, lists, scan } = this.#parts
    scan.ask(centroids.of(list))
    return centroids.nearest(Math.min(most + 1, lists.count)).filter((other) => other !== list)
  }

  /** The items on one side of a list: nearer to one of two means than to the other, or if that leaves few to a side, the further half that way. */
  #half(list: number): Uint32Array {
    const { blocks, lists, scan } = this.#parts
    const length = lists.length(list)
    const [total, one, other] = Array.from({ length: 3 }, () => new Float32Array(blocks.width)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ]
    scan.sum(lists.places(list), total)
    blocks.read(lists.places(list).next().value!, one)
    blocks.read(this.#furthest(list, one), other)
    let found = -1
    for (let round = 0; round < mostRounds; round++) {
      const before = found
      found = this.#beyond(list, one, other)
      if (found === before || found === 0) break
      scan.sum(this.#places(found), one)
      for (let at = 0; at < one.length; at++) other[at] = total[at]! - one[at]!
      toLengthOne(one)
      toLengthOne(other)
    }
    if (Math.min(found, length - found) < leastShare * length) {
      scan.begin(length >> 1)
      lists.scan(list, scan)
      found = scan.finish()
    }
    return this.#items(found)
  }

  #furthest(list: number, from: Float32Array): number {
    const { lists, scan } = this.#parts
    scan.ask(this.#axis.map((_, at) => -from[at]!))
    scan.begin(1)
    lists.scan(list, scan)
    scan.finish()
    return scan.place(0)
  }

  #exchange(from: number, to: number): void {
    const { centroids, lists } = this.#parts
    const found = this.#beyond(from, centroids.of(to), centroids.of(from))
    for (const item of this.#items(found)) lists.move(item, to)
  }

  /** How many rows of a list are nearer to one direction than to the other; the scan has them. */
  #beyond(list: number, one: Float32Array, other: Float32Array): number {
    const { lists, scan } = this.#parts
    for (let at = 0; at < this.#axis.length; at++) this.#axis[at] = one[at]! - other[at]!
    scan.ask(this.#axis)
    scan.begin(Math.max(1, lists.length(list)), 0)
    lists.scan(list, scan)
    return scan.finish()
  }

  *#places(found: number): Generator<number> {
    for (let at = 0; at < found; at++) yield this.#parts.scan.place(at)
  }

  #items(found: number): Uint32Array {
    return Uint32Array.from(this.#places(found), (place) => this.#parts.blocks.item(place))
  }
}
