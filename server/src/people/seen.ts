import { OlderSeen, seenHash } from './older-seen.ts'

/** Kept exactly at least. */
export const seenExactly = 10_000
/** Moved to the filter at a time. */
const chunk = 4_096

/** The halves of the hashes of all videos' ids, by slot. */
export interface VideoHashes {
  readonly high: Uint32Array
  readonly low: Uint32Array
}

/** What was shown to one person: exact for the last 10,000 videos, a filter beyond. */
export class Seen {
  count = 0
  /** In the order of arrival. */
  slots = new Uint32Array(16)
  /** When it was shown last, in s since 1970. */
  timesS = new Uint32Array(16)
  /** 1 where it was on a screen for sure; served alone is 0. */
  displayed = new Uint8Array(16)
  older = OlderSeen.of([])
  #index = new Int32Array(32).fill(-1)

  show(slot: number, timeS: number, displayed: boolean): void {
    const at = this.#find(slot)
    if (this.#index[at]! >= 0) {
      const entry = this.#index[at]!
      if (timeS > this.timesS[entry]!) this.timesS[entry] = timeS
      if (displayed) this.displayed[entry] = 1
      return
    }
    if (this.count === this.slots.length) this.#grow()
    const entry = this.count++
    this.slots[entry] = slot
    this.timesS[entry] = timeS
    this.displayed[entry] = displayed ? 1 : 0
    this.#index[this.#find(slot)] = entry
  }

  /**
   * Whether a video counts as seen. Served before `releasedS` (in s) and never displayed is given back: pass 0 where
   * the client does not report impressions.
   */
  has(slot: number, hashes: VideoHashes, releasedS: number): boolean {
    const entry = this.#index[this.#find(slot)]!
    if (entry >= 0) return this.displayed[entry] === 1 || this.timesS[entry]! >= releasedS
    return this.older.count > 0 && this.older.has(seenHash(hashes.high[slot]!, hashes.low[slot]!))
  }

  /** Calls `visit` with each video that counts as seen, but for those that only the filter knows. */
  forEach(releasedS: number, visit: (slot: number) => void): void {
    for (let entry = 0; entry < this.count; entry++) {
      if (this.displayed[entry] === 1 || this.timesS[entry]! >= releasedS) visit(this.slots[entry]!)
    }
  }

  /** When a video was shown last, in s, or undefined. */
  timeOf(slot: number): number | undefined {
    const entry = this.#index[this.#find(slot)]!
    return entry < 0 ? undefined : this.timesS[entry]
  }

  /** Moves the oldest to the filter when there are too many; what was given back is forgotten. Whether anything moved. */
  settle(hashes: VideoHashes, releasedS: number): boolean {
    if (this.count < seenExactly + chunk) return false
    const order = Uint32Array.from({ length: this.count }, (_, entry) => entry).sort((a, b) => this.timesS[a]! - this.timesS[b]! || a - b)
    const leaving = order.subarray(0, chunk)
    const kept = (entry: number) => this.displayed[entry] === 1 || this.timesS[entry]! >= releasedS
    this.older = this.older.with(Array.from(leaving.filter(kept), (entry) => this.#hashOf(entry, hashes)))
    const staying = order.slice(chunk).sort()
    const { slots, timesS, displayed } = this
    this.count = 0
    this.#index.fill(-1)
    for (const entry of staying) this.show(slots[entry]!, timesS[entry]!, displayed[entry] === 1)
    return true
  }

  /** Bytes of memory, about. */
  get bytes(): number {
    return this.slots.length * 9 + this.#index.length * 4 + this.older.bytes.length
  }

  #hashOf(entry: number, hashes: VideoHashes): number {
    const slot = this.slots[entry]!
    return seenHash(hashes.high[slot]!, hashes.low[slot]!)
  }

  /** Where the slot stands in the index, or where it would go. */
  #find(slot: number): number {
    const mask = this.#index.length - 1
    let at = (Math.imul(slot, 0x9e3779b1) >>> 8) & mask
    while (this.#index[at]! >= 0 && this.slots[this.#index[at]!] !== slot) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const capacity = Math.ceil(this.slots.length * 1.5)
    const { slots, timesS, displayed } = this
    this.slots = new Uint32Array(capacity)
    this.slots.set(slots)
    this.timesS = new Uint32Array(capacity)
    this.timesS.set(timesS)
    this.displayed = new Uint8Array(capacity)
    this.displayed.set(displayed)
    if (capacity * 4 <= this.#index.length * 3) return
    this.#index = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 1.5))).fill(-1)
    for (let entry = 0; entry < this.count; entry++) this.#index[this.#find(this.slots[entry]!)] = entry
  }
}
