import { mix32 } from '../hash.ts'

/** Looked at when somebody has to go. */
const sampled = 16

/**
 * Counts of one video's neighbours, at most so many. When it is full, the weakest of a small sample makes room for a
 * newcomer, if it is no stronger than that. The order of the entries is part of the state: a list that was stored and
 * read again goes on as if nothing had happened.
 */
export class NeighbourList {
  size = 0
  slots: Uint32Array
  counts: Uint32Array
  /** Open addressing by slot: entry + 1. */
  #index: Uint16Array

  /** With room for so many. */
  constructor(expected = 0) {
    const capacity = Math.max(8, 2 ** Math.ceil(Math.log2(expected)))
    this.slots = new Uint32Array(capacity)
    this.counts = new Uint32Array(capacity)
    this.#index = new Uint16Array(2 * capacity)
  }

  /**
   * Adds one to a neighbour's count. `strength` says how much a count is worth, for a choice between neighbours;
   * `hash` is the neighbour's id's, the same in every process.
   */
  add(slot: number, hash: number, most: number, strength: (slot: number, count: number) => number): void {
    const at = this.#find(slot)
    const entry = this.#index[at]!
    if (entry > 0) this.counts[entry - 1]!++
    else if (this.size < most) this.append(slot, 1)
    else this.#replace(slot, hash, strength)
  }

  /** A neighbour's count, 0 where it is none. */
  countOf(slot: number): number {
    const entry = this.#index[this.#find(slot)]!
    return entry === 0 ? 0 : this.counts[entry - 1]!
  }

  /** Adds a neighbour that is not in it yet. */
  append(slot: number, count: number): void {
    if (this.size === this.slots.length) this.#grow()
    this.slots[this.size] = slot
    this.counts[this.size] = count
    this.#index[this.#find(slot)] = ++this.size
  }

  #replace(slot: number, hash: number, strength: (slot: number, count: number) => number): void {
    // Where the sample begins follows from what is in the list, not from chance.
    const start = mix32(hash ^ this.counts[0]!) % this.size
    let weakest = start
    let least = Number.POSITIVE_INFINITY
    for (let step = 0; step < sampled; step++) {
      const entry = (start + step) % this.size
      const own = strength(this.slots[entry]!, this.counts[entry]!)
      if (own < least) [weakest, least] = [entry, own]
    }
    if (strength(slot, 1) < least) return
    this.#forget(this.slots[weakest]!)
    this.slots[weakest] = slot
    this.counts[weakest] = 1
    this.#index[this.#find(slot)] = weakest + 1
  }

  /** Takes a slot out of the index and closes the gap, so that probing finds what lay behind it. */
  #forget(slot: number): void {
    const mask = this.#index.length - 1
    let gap = this.#find(slot)
    this.#index[gap] = 0
    for (let at = (gap + 1) & mask; this.#index[at]! > 0; at = (at + 1) & mask) {
      const home = place(this.slots[this.#index[at]! - 1]!, mask)
      const staysReachable = gap <= at ? gap < home && home <= at : gap < home || home <= at
      if (staysReachable) continue
      this.#index[gap] = this.#index[at]!
      this.#index[at] = 0
      gap = at
    }
  }

  #find(slot: number): number {
    const mask = this.#index.length - 1
    let at = place(slot, mask)
    while (this.#index[at]! > 0 && this.slots[this.#index[at]! - 1] !== slot) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const { slots, counts } = this
    this.slots = new Uint32Array(slots.length * 2)
    this.slots.set(slots)
    this.counts = new Uint32Array(slots.length * 2)
    this.counts.set(counts)
    this.#index = new Uint16Array(this.#index.length * 2)
    for (let entry = 0; entry < this.size; entry++) this.#index[this.#find(slots[entry]!)] = entry + 1
  }
}

function place(slot: number, mask: number): number {
  return (Math.imul(slot, 0x9e3779b1) >>> 12) & mask
}
