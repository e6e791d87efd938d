import type { FeatureTiles } from '../tiles/feature-tiles.ts'
import { type Counted, CountedReader } from './counted.ts'

const chunkBits = 10
const chunkMask = 2 ** chunkBits - 1

/**
 * What models read of entities of one kind: a row each in contiguous memory, by number. A row is merged anew from tiles,
 * view by view, where something has come or a window has slid since: when it is gathered, or by the sweep before.
 */
export class PackedRows {
  readonly width: number
  readonly #views: readonly CountedReader[]
  /** A row begins with when the values of each view stop to hold, in ms. */
  readonly #stride: number
  readonly #chunks: (Float64Array | undefined)[] = []
  #swept = 0

  /** `counted` is of views of the same entity. */
  constructor(tiles: FeatureTiles, counted: readonly Counted[]) {
    this.#views = counted.map((each) => new CountedReader(tiles, each))
    this.width = this.#views.reduce((sum, { width }) => sum + width, 0)
    this.#stride = this.#views.length + this.width
  }

  /** Writes the row; zeros for an entity that nothing is counted of, and for -1. */
  copy(entity: number, nowMs: number, into: Float64Array, at: number): void {
    if (!this.#has(entity)) {
      into.fill(0, at, at + this.width)
      return
    }
    const chunk = this.#fresh(entity, nowMs)
    const from = (entity & chunkMask) * this.#stride + this.#views.length
    for (let place = 0; place < this.width; place++) into[at + place] = chunk[from + place]!
  }

  /** Adds the row to what is there. */
  add(entity: number, nowMs: number, into: Float64Array, at: number): void {
    if (!this.#has(entity)) return
    const chunk = this.#fresh(entity, nowMs)
    const from = (entity & chunkMask) * this.#stride + this.#views.length
    for (let place = 0; place < this.width; place++) into[at + place]! += chunk[from + place]!
  }

  /** Merges the rows anew that need it, of the next `most` entities, from where it stopped the last time on. */
  sweep(nowMs: number, most: number): void {
    const end = this.#chunks.length << chunkBits
    for (let left = Math.min(most, end); left > 0; left--) {
      if (this.#swept >= end) this.#swept = 0
      if (this.#chunks[this.#swept >>> chunkBits] === undefined) this.#swept = (this.#swept | chunkMask) + 1
      else if (this.#has(this.#swept++)) this.#fresh(this.#swept - 1, nowMs)
    }
  }

  /** Most videos of a large catalogue have nothing: they take no memory here, and no time. */
  #has(entity: number): boolean {
    for (let view = 0; view < this.#views.length; view++) if (this.#views[view]!.reader.has(entity)) return true
    return false
  }

  /** Its chunk, with the row as it is now. */
  #fresh(entity: number, nowMs: number): Float64Array {
    let chunk = this.#chunks[entity >>> chunkBits]
    if (chunk === undefined) {
      chunk = new Float64Array(this.#stride << chunkBits)
      this.#chunks[entity >>> chunkBits] = chunk
    }
    const row = (entity & chunkMask) * this.#stride
    let at = row + this.#views.length
    for (let view = 0; view < this.#views.length; view++) {
      const { reader, width } = this.#views[view]!
      if (reader.takeChanged(entity) || chunk[row + view]! <= nowMs) {
        chunk[row + view] = this.#views[view]!.read(entity, nowMs, chunk, at)
      }
      at += width
    }
    return chunk
  }
}
