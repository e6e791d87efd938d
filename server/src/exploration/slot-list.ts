import { nextCapacity, resized } from '../catalog/id-table.ts'
import type { VideoHashes } from '../people/seen.ts'

/** A set of slots in the order of their ids' hashes: the same set has the same order in every process, so a seeded draw gives the same video. */
export class SlotList {
  size = 0
  #slots = new Uint32Array(8)
  readonly #hashes: VideoHashes

  constructor(hashes: VideoHashes) {
    this.#hashes = hashes
  }

  at(index: number): number {
    return this.#slots[index]!
  }

  /** A copy. */
  values(): Uint32Array {
    return this.#slots.slice(0, this.size)
  }

  add(slot: number): void {
    const at = this.#find(slot)
    if (this.#slots[at] === slot && at < this.size) return
    if (this.size === this.#slots.length) this.#slots = resized(this.#slots, nextCapacity(this.size))
    this.#slots.copyWithin(at + 1, at, this.size)
    this.#slots[at] = slot
    this.size++
  }

  remove(slot: number): void {
    const at = this.#find(slot)
    if (at === this.size || this.#slots[at] !== slot) return
    this.#slots.copyWithin(at, at + 1, this.size)
    this.size--
  }

  #find(slot: number): number {
    let [from, to] = [0, this.size]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.#compare(this.#slots[middle]!, slot) < 0) from = middle + 1
      else to = middle
    }
    return from
  }

  #compare(a: number, b: number): number {
    const { high, low } = this.#hashes
    return low[a]! - low[b]! || high[a]! - high[b]!
  }
}
