import type { VectorReader } from '../../ports/vector-index.ts'
import { type SharedVectors, VectorBlocks } from './vector-blocks.ts'
import { keysEnd, type ScanExports, scanExports } from './vector-scan.ts'

// Behind the keys of who searches, so that both threads work in the same memory: a query as float64, as wide as a row.
const queryAt = keysEnd

/** Dot products of rows by SIMD, for a thread that reads what another one writes and moves: who has read a row that has moved meanwhile reads it again. */
export class VectorProducts implements VectorReader {
  readonly width: number
  readonly #blocks: VectorBlocks
  readonly #wasm: ScanExports
  readonly #query: Float64Array
  readonly #one = new Float64Array(1)
  /** Nobody reads it; without it what is touched would not be read either. */
  touched = 0

  constructor(shared: SharedVectors) {
    this.#blocks = new VectorBlocks(shared)
    this.width = shared.width
    this.#wasm = scanExports(this.#blocks)
    this.#query = new Float64Array(shared.memory.buffer, queryAt, this.#blocks.stride)
  }

  has(item: number): boolean {
    return this.#blocks.has(item)
  }

  copy(item: number, into: Float32Array): boolean {
    return this.#blocks.copy(item, into)
  }

  dot(query: Float32Array, item: number): number {
    this.dots(query, [item], this.#one)
    return Number.isNaN(this.#one[0]!) ? 0 : this.#one[0]!
  }

  dots(query: Float32Array, items: ArrayLike<number>, into: Float64Array): void {
    const blocks = this.#blocks
    this.#query.set(query)
    let sum = 0
    for (let at = 0; at < items.length; at++) sum += blocks.touch(items[at]!)
    this.touched = sum
    for (let at = 0; at < items.length; at++) {
      const item = items[at]!
      for (;;) {
        const place = blocks.place(item)
        into[at] = place < 0 ? Number.NaN : this.#wasm.dot(queryAt, blocks.rowAt(place)) * blocks.scale(place)
        if (place < 0 || blocks.isAt(item, place)) break
      }
    }
  }

  similarity(item: number, other: number): number {
    const blocks = this.#blocks
    for (;;) {
      const place = blocks.place(item)
      const otherPlace = blocks.place(other)
      if (place < 0 || otherPlace < 0) return 0
      const product = this.#wasm.product(blocks.rowAt(place), blocks.rowAt(otherPlace))
      const cosine = product * (blocks.scale(place) * blocks.scale(otherPlace))
      if (blocks.isAt(item, place) && blocks.isAt(other, otherPlace)) return Math.min(1, Math.max(-1, cosine))
    }
  }
}
