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

// Of those who were shown nothing yet.
const none32 = new Uint32Array(0)
const none8 = new Uint8Array(0)
const noneOlder = OlderSeen.of([])
const emptyIndex = Int32Array.of(-1)

/**
 * What was shown to one person: exact for the last 10,000 videos, a filter beyond. Kept in the order of time and, within
 * a second, of the ids' hashes: the same whether pages or events came first.
 */
export class Seen {
  count = 0
  /** Shown longest ago first. */
  slots = none32
  /** When it was shown last, in s since 1970. */
  timesS = none32
  /** 1 where it was on a screen for sure; served alone is 0. */
  displayed = none8
  older = noneOlder
  #index = emptyIndex

  /** Makes room for so many. */
  reserve(capacity: number): void {
    if (capacity <= this.slots.length) return
    const { slots, timesS, displayed } = this
    const indexLength = capacity * 4 > this.#index.length * 3 ? 2 ** Math.ceil(Math.log2(capacity * 1.5)) : this.#index.length
    // In one piece: people by the ten thousand are kept in memory, and each buffer is work for the collector.
    const buffer = new ArrayBuffer(indexLength * 4 + capacity * 9)
    this.#index = new Int32Array(buffer, 0, indexLength)
    this.slots = new Uint32Array(buffer, indexLength * 4, capacity)
    this.timesS = new Uint32Array(buffer, indexLength * 4 + capacity * 4, capacity)
    this.displayed = new Uint8Array(buffer, indexLength * 4 + capacity * 8, capacity)
    this.slots.set(slots)
    this.timesS.set(timesS)
    this.displayed.set(displayed)
    this.#rebuildIndex()
  }

  show(slot: number, timeS: number, displayed: boolean, hashes: VideoHashes): void {
    let entry = this.#index[this.#find(slot)]!
    if (entry < 0) entry = this.#append(slot, timeS)
    if (displayed) this.displayed[entry] = 1
    if (timeS > this.timesS[entry]!) this.timesS[entry] = timeS
    while (entry > 0 && this.#isLater(entry - 1, entry, hashes)) this.#swap(--entry, entry + 1)
    while (entry < this.count - 1 && this.#isLater(entry, entry + 1, hashes)) this.#swap(entry, ++entry)
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

  /** The last `most` videos that count as seen, shown latest first. */
  latest(most: number, releasedS: number): number[] {
    const found: number[] = []
    for (let entry = this.count - 1; entry >= 0 && found.length < most; entry--) {
      if (this.displayed[entry] === 1 || this.timesS[entry]! >= releasedS) found.push(this.slots[entry]!)
    }
    return found
  }

  /** Whether a video is in the exact part. */
  knows(slot: number): boolean {
    return this.entryOf(slot) >= 0
  }

  /** Where a video stands among `slots`, or -1. */
  entryOf(slot: number): number {
    return this.#index[this.#find(slot)]!
  }

  /** Whether there are so many that the oldest are to move to the filter. */
  get isFull(): boolean {
    return this.count >= seenExactly + chunk
  }

  /** Moves the oldest to the filter; what was given back is forgotten. */
  settle(hashes: VideoHashes, releasedS: number): void {
    const leaving: number[] = []
    for (let entry = 0; entry < chunk; entry++) {
      if (this.displayed[entry] === 1 || this.timesS[entry]! >= releasedS) leaving.push(this.#hashOf(entry, hashes))
    }
    this.older = this.older.with(leaving)
    for (const column of [this.slots, this.timesS, this.displayed]) column.copyWithin(0, chunk, this.count)
    this.count -= chunk
    this.#rebuildIndex()
  }

  /** Bytes of memory, about. */
  get bytes(): number {
    return this.slots.length * 9 + this.#index.length * 4 + this.older.bytes.length
  }

  #hashOf(entry: number, hashes: VideoHashes): number {
    const slot = this.slots[entry]!
    return seenHash(hashes.high[slot]!, hashes.low[slot]!)
  }

  #append(slot: number, timeS: number): number {
    if (this.count === this.slots.length) this.reserve(Math.max(16, Math.ceil(this.slots.length * 1.5)))
    const entry = this.count++
    this.slots[entry] = slot
    this.timesS[entry] = timeS
    this.displayed[entry] = 0
    this.#index[this.#find(slot)] = entry
    return entry
  }

  #isLater(entry: number, other: number, { high, low }: VideoHashes): boolean {
    const { slots, timesS } = this
    if (timesS[entry] !== timesS[other]) return timesS[entry]! > timesS[other]!
    const [a, b] = [slots[entry]!, slots[other]!]
    return low[a] === low[b] ? high[a]! > high[b]! : low[a]! > low[b]!
  }

  #swap(entry: number, other: number): void {
    const { slots, timesS, displayed } = this
    const [at, otherAt] = [this.#find(slots[entry]!), this.#find(slots[other]!)]
    this.#index[at] = other
    this.#index[otherAt] = entry
    for (const column of [slots, timesS, displayed]) {
      const held = column[entry]!
      column[entry] = column[other]!
      column[other] = held
    }
  }

  /** Where the slot stands in the index, or where it would go. */
  #find(slot: number): number {
    const mask = this.#index.length - 1
    let at = (Math.imul(slot, 0x9e3779b1) >>> 8) & mask
    while (this.#index[at]! >= 0 && this.slots[this.#index[at]!] !== slot) at = (at + 1) & mask
    return at
  }

  #rebuildIndex(): void {
    this.#index.fill(-1)
    for (let entry = 0; entry < this.count; entry++) this.#index[this.#find(this.slots[entry]!)] = entry
  }
}
