import { nextCapacity, resized } from '../catalog/id-table.ts'
import { hourlyMetrics } from '../ports/counter-store.ts'

export const tileWidth = hourlyMetrics.length

/** Counts of the videos that have any, as rows of `hourlyMetrics`. */
export class Tile {
  size = 0
  data = new Uint32Array(tileWidth * 16)
  /** By row. */
  #slots = new Uint32Array(16)
  /** Open addressing by slot: row + 1. A `Map` takes three times as long, and a feed looks hundreds of videos up. */
  #index = new Uint32Array(32)

  /** The videos that have counts, in the order in which they came. */
  get slots(): Uint32Array {
    return this.#slots.subarray(0, this.size)
  }

  /** Where the slot's row begins in `data`, made if it is not there. */
  row(slot: number): number {
    const at = this.#find(slot)
    if (this.#index[at]! > 0) return (this.#index[at]! - 1) * tileWidth
    if (this.size === this.#slots.length) {
      this.#grow()
      return this.row(slot)
    }
    this.#slots[this.size] = slot
    this.#index[at] = ++this.size
    return (this.size - 1) * tileWidth
  }

  /** Where the slot's row begins in `data`, or -1. */
  rowOf(slot: number): number {
    const row = this.#index[this.#find(slot)]!
    return row === 0 ? -1 : (row - 1) * tileWidth
  }

  get(slot: number, metric: number): number {
    const row = this.rowOf(slot)
    return row < 0 ? 0 : this.data[row + metric]!
  }

  /** Adds another tile's counts, or takes them away with `sign` -1. */
  merge(other: Tile, sign: 1 | -1): void {
    for (let row = 0; row < other.size; row++) {
      const to = this.row(other.#slots[row]!)
      for (let metric = 0; metric < tileWidth; metric++) this.data[to + metric]! += sign * other.data[row * tileWidth + metric]!
    }
  }

  #find(slot: number): number {
    const mask = this.#index.length - 1
    let at = (Math.imul(slot, 0x9e3779b1) >>> 8) & mask
    while (this.#index[at]! > 0 && this.#slots[this.#index[at]! - 1] !== slot) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const capacity = nextCapacity(this.size)
    this.#slots = resized(this.#slots, capacity)
    this.data = resized(this.data, capacity * tileWidth)
    if (capacity * 4 <= this.#index.length * 3) return
    this.#index = new Uint32Array(this.#index.length * 2)
    for (let row = 0; row < this.size; row++) this.#index[this.#find(this.#slots[row]!)] = row + 1
  }
}
