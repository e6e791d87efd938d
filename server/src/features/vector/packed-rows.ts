import { nextCapacity, resized } from '../../catalog/id-table.ts'
import { ChangedEntities } from '../tiles/changed-entities.ts'
import type { FeatureTiles } from '../tiles/feature-tiles.ts'
import { type Counted, CountedReader } from './counted.ts'
import type { CountedRows } from './counted-rows.ts'

const chunkBits = 10
const chunkMask = 2 ** chunkBits - 1
/** Of a cache line, float32. */
const lineNumbers = 16
/** The row, of zeros, of whatever nothing is counted of: most videos of a large catalogue, which take no memory here. It holds until something comes. */
const empty = 0

/**
 * What models read of entities of one kind: a row each in contiguous memory. A row is merged anew from tiles, view by view,
 * where something has come or a window has slid since: when it is gathered, or by the sweep before.
 */
export class PackedRows implements CountedRows {
  readonly width: number
  readonly #views: readonly CountedReader[]
  readonly #changed: ChangedEntities
  /** By entity. */
  #rows = new Uint32Array(64)
  readonly #chunks: Float32Array[] = []
  /** By row: when it stops to hold though nothing comes, in ms. */
  readonly #untilMs: Float64Array[] = []
  /** By row, of each view: when its values stop to hold, in ms. */
  readonly #viewsUntilMs: Float64Array[] = []
  #count = 0
  #swept = 0
  /** Of a list that is copied. */
  #found = new Uint32Array(0)
  /** Nobody reads it; without it the numbers that are touched would not be read either. */
  touched = 0

  /** `counted` is of views of the same entity, at most eight; `changed` is told of what comes, and is for these rows alone. */
  constructor(tiles: FeatureTiles, counted: readonly Counted[], changed = new ChangedEntities()) {
    this.#changed = changed
    this.#views = counted.map((each) => new CountedReader(tiles, each))
    this.width = this.#views.reduce((sum, { width }) => sum + width, 0)
    for (const [view, { reader }] of this.#views.entries()) reader.tell(this.#changed, 1 << view)
    this.#addRow()
    this.#untilMs[0]![empty] = Number.POSITIVE_INFINITY
  }

  /** Whether anything is counted of an entity. */
  has(entity: number): boolean {
    return this.#views.some(({ reader }) => reader.has(entity))
  }

  /** Until when the row that was copied last holds if nothing comes, in ms. */
  holdsUntilMs(entity: number): number {
    const row = this.#rows[entity]!
    return this.#untilMs[row >>> chunkBits]![row & chunkMask]!
  }

  copy(entity: number, nowMs: number, into: Float32Array, at: number): void {
    this.#copyRow(this.#fresh(entity, nowMs), into, at)
  }

  copyEach(entities: ArrayLike<number>, nowMs: number, into: Float32Array, at: number, stride: number): void {
    if (this.#found.length < entities.length) this.#found = new Uint32Array(entities.length)
    for (let nth = 0; nth < entities.length; nth++) this.#found[nth] = this.#fresh(entities[nth]!, nowMs)
    this.#touch(entities.length)
    for (let nth = 0; nth < entities.length; nth++) this.#copyRow(this.#found[nth]!, into, at + nth * stride)
  }

  add(entity: number, nowMs: number, into: Float32Array, at: number): void {
    const row = this.#fresh(entity, nowMs)
    if (row === empty) return
    const chunk = this.#chunks[row >>> chunkBits]!
    const from = (row & chunkMask) * this.width
    for (let place = 0; place < this.width; place++) into[at + place]! += chunk[from + place]!
  }

  /** Merges the rows anew that need it, of the next `most` entities, from where it stopped the last time on. */
  sweep(nowMs: number, most: number): void {
    const end = this.#rows.length
    for (let left = Math.min(most, end); left > 0; left--) {
      if (this.#swept >= end) this.#swept = 0
      this.#fresh(this.#swept++, nowMs)
    }
  }

  /** The entity's row, as it is now. */
  #fresh(entity: number, nowMs: number): number {
    if (entity < 0) return empty
    if (entity >= this.#rows.length) this.#reserve(entity)
    const row = this.#rows[entity]!
    const holds = row === empty || this.#untilMs[row >>> chunkBits]![row & chunkMask]! > nowMs
    return holds && !this.#changed.has(entity) ? row : this.#merge(entity, nowMs)
  }

  /** Reads a number of each cache line of what was found: the processor waits for many of them at once, where copying waits for a row and then for the next. */
  #touch(count: number): void {
    let sum = 0
    for (let nth = 0; nth < count; nth++) {
      const row = this.#found[nth]!
      const chunk = this.#chunks[row >>> chunkBits]!
      const from = (row & chunkMask) * this.width
      for (let place = 0; place < this.width; place += lineNumbers) sum += chunk[from + place]!
    }
    this.touched = sum
  }

  #copyRow(row: number, into: Float32Array, at: number): void {
    const chunk = this.#chunks[row >>> chunkBits]!
    const from = (row & chunkMask) * this.width
    for (let place = 0; place < this.width; place++) into[at + place] = chunk[from + place]!
  }

  #merge(entity: number, nowMs: number): number {
    const changed = this.#changed.take(entity)
    if (this.#rows[entity] === empty) {
      if (!this.has(entity)) return empty
      this.#rows[entity] = this.#addRow()
    }
    const row = this.#rows[entity]!
    const chunk = this.#chunks[row >>> chunkBits]!
    const viewsUntilMs = this.#viewsUntilMs[row >>> chunkBits]!
    const firstView = (row & chunkMask) * this.#views.length
    let at = (row & chunkMask) * this.width
    let untilMs = Number.POSITIVE_INFINITY
    for (let view = 0; view < this.#views.length; view++) {
      const counted = this.#views[view]!
      if ((changed & (1 << view)) !== 0 || viewsUntilMs[firstView + view]! <= nowMs) {
        viewsUntilMs[firstView + view] = counted.read(entity, nowMs, chunk, at)
      }
      untilMs = Math.min(untilMs, viewsUntilMs[firstView + view]!)
      at += counted.width
    }
    this.#untilMs[row >>> chunkBits]![row & chunkMask] = untilMs
    return row
  }

  #addRow(): number {
    const row = this.#count++
    if (row >>> chunkBits === this.#chunks.length) {
      this.#chunks.push(new Float32Array(this.width << chunkBits))
      this.#untilMs.push(new Float64Array(1 << chunkBits))
      this.#viewsUntilMs.push(new Float64Array(this.#views.length << chunkBits))
    }
    return row
  }

  #reserve(entity: number): void {
    this.#rows = resized(this.#rows, Math.max(entity + 1, nextCapacity(this.#rows.length)))
  }
}
