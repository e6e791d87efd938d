import { nextCapacity, resized } from '../../catalog/id-table.ts'
import type { CountedRows } from '../vector/counted-rows.ts'

/** A row may be used for so long though something has come to its entity, in ms: most candidates of a page were on the one before, too. */
const keptMs = 500
/** What has come is told within this time, in ms: a row that was fetched sooner may lack it. */
const toldMs = 2_000
/** The longest that a row is used at all, in ms. */
const longestMs = 30_000

/** The place of the row of zeros. */
const empty = 0

/**
 * A bounded cache of rows that were fetched: each is used until a window slides, or something comes to its entity. What is
 * needed since the last `begin` stays; of the rest some go when others come. Times are by `performance.now()`, in ms.
 */
export class FetchedRows implements CountedRows {
  readonly width: number
  /** By entity. */
  #places = new Uint32Array(64)
  /** By entity: when something came to it last. */
  #changedMs = new Float64Array(64).fill(Number.NEGATIVE_INFINITY)
  /** By place. */
  readonly #entities: Int32Array
  readonly #values: Float32Array
  readonly #untilMs: Float64Array
  readonly #turns: Float64Array
  #turn = 0
  #hand = empty

  /** `capacity` is more rows than are needed at a time. */
  constructor(width: number, capacity: number) {
    this.width = width
    this.#entities = new Int32Array(capacity + 1).fill(-1)
    this.#values = new Float32Array((capacity + 1) * width)
    this.#untilMs = new Float64Array(capacity + 1)
    this.#turns = new Float64Array(capacity + 1).fill(-1)
  }

  begin(): void {
    this.#turn++
  }

  /** Whether an entity's row is here and may be used as of a time; if so it stays until the next `begin`. */
  holds(entity: number, atMs: number): boolean {
    const place = this.#places[entity] ?? empty
    if (place === empty || this.#untilMs[place]! <= atMs) return false
    this.#turns[place] = this.#turn
    return true
  }

  /** Something has come to an entity. */
  changed(entity: number, nowMs: number): void {
    if (entity >= this.#places.length) this.#reserve(entity)
    this.#changedMs[entity] = nowMs
    const place = this.#places[entity]!
    if (place !== empty) this.#untilMs[place] = Math.min(this.#untilMs[place]!, nowMs + keptMs)
  }

  /** Takes a row, `width` values from `at` on, of which no window slides for a time. Throws a `RangeError` where all that is here is needed. */
  put(entity: number, values: Float64Array, at: number, holdsMs: number, nowMs: number): void {
    if (entity >= this.#places.length) this.#reserve(entity)
    const place = this.#places[entity] || this.#free(entity)
    this.#turns[place] = this.#turn
    const mayLack = nowMs - this.#changedMs[entity]! < toldMs || holdsMs <= 0
    this.#untilMs[place] = nowMs + (mayLack ? keptMs : Math.min(holdsMs, longestMs))
    for (let value = 0; value < this.width; value++) this.#values[place * this.width + value] = values[at + value]!
  }

  copy(entity: number, _: number, into: Float32Array, at: number): void {
    const from = this.#placeOf(entity) * this.width
    for (let value = 0; value < this.width; value++) into[at + value] = this.#values[from + value]!
  }

  copyEach(entities: ArrayLike<number>, nowMs: number, into: Float32Array, at: number, stride: number): void {
    for (let nth = 0; nth < entities.length; nth++) this.copy(entities[nth]!, nowMs, into, at + nth * stride)
  }

  add(entity: number, _: number, into: Float32Array, at: number): void {
    const place = this.#placeOf(entity)
    if (place === empty) return
    for (let value = 0; value < this.width; value++) into[at + value]! += this.#values[place * this.width + value]!
  }

  sweep(): void {}

  #placeOf(entity: number): number {
    return entity < 0 ? empty : (this.#places[entity] ?? empty)
  }

  #reserve(entity: number): void {
    const { length } = this.#places
    const capacity = Math.max(entity + 1, nextCapacity(length))
    this.#places = resized(this.#places, capacity)
    this.#changedMs = resized(this.#changedMs, capacity).fill(Number.NEGATIVE_INFINITY, length)
  }

  #free(entity: number): number {
    for (let tries = this.#entities.length; tries > 0; tries--) {
      this.#hand = this.#hand + 1 < this.#entities.length ? this.#hand + 1 : empty + 1
      if (this.#turns[this.#hand] === this.#turn) continue
      const before = this.#entities[this.#hand]!
      if (before >= 0) this.#places[before] = empty
      this.#entities[this.#hand] = entity
      this.#places[entity] = this.#hand
      return this.#hand
    }
    throw new RangeError(`${this.#entities.length - 1} rows are fewer than are needed at a time`)
  }
}
