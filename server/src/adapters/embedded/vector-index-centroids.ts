import { blockRows, type VectorBlocks } from './vector-blocks.ts'
import type { RowLists } from './vector-index-lists.ts'
import type { VectorScan } from './vector-scan.ts'

/** The directions of lists, by number: rows of blocks too, so that the nearest are found as rows are. */
export class Centroids {
  readonly #blocks: VectorBlocks
  readonly #scan: VectorScan
  readonly #lists: RowLists
  readonly #taken: number[] = []
  /** As they are before rounding, of length 1. */
  readonly #directions: Float32Array[] = []

  constructor(blocks: VectorBlocks, scan: VectorScan, lists: RowLists) {
    this.#blocks = blocks
    this.#scan = scan
    this.#lists = lists
  }

  of(list: number): Float32Array {
    return this.#directions[list]!
  }

  /** Adds the next, without a direction. */
  add(): void {
    const list = this.#directions.push(new Float32Array(this.#blocks.width)) - 1
    if (list % blockRows === 0) this.#taken.push(this.#lists.takeBlock())
    this.#blocks.write(this.#place(list), this.of(list))
  }

  /** Ends one; the last gets its number. */
  drop(list: number): void {
    const direction = this.#directions.pop()!
    const last = this.#directions.length
    if (list < last) {
      this.#directions[list] = direction
      this.#blocks.copyRow(this.#place(last), this.#place(list))
    }
    if (last % blockRows === 0) this.#lists.giveBlock(this.#taken.pop()!)
  }

  /** Points one to where the rows of its list point in the mean. */
  recentre(list: number): void {
    const direction = this.of(list)
    this.#scan.sum(this.#lists.places(list), direction)
    toLengthOne(direction)
    this.#blocks.write(this.#place(list), direction)
  }

  /** The number of the one nearest to what the scan was asked. */
  nearestOne(): number {
    this.#compare(1)
    this.#scan.finish()
    return this.#scan.place(0)
  }

  /** The numbers of those nearest to what the scan was asked, best first. */
  nearest(count: number): Uint32Array {
    this.#compare(count)
    const nearest = new Uint32Array(this.#scan.finishInOrder())
    for (let at = 0; at < nearest.length; at++) nearest[at] = this.#scan.place(at)
    return nearest
  }

  #compare(count: number): void {
    const all = this.#directions.length
    this.#scan.begin(count)
    for (let at = 0; at < this.#taken.length; at++)
      this.#scan.scan(this.#taken[at]!, Math.min(blockRows, all - at * blockRows), at * blockRows)
  }

  #place(list: number): number {
    return this.#taken[Math.floor(list / blockRows)]! * blockRows + (list % blockRows)
  }
}

/** Of a vector without a length, nothing changes. */
export function toLengthOne(vector: Float32Array): void {
  let squares = 0
  for (const value of vector) squares += value ** 2
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
  for (let at = 0; at < vector.length; at++) vector[at]! *= scale
}
