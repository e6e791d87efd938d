import { mix32 } from '../hash.ts'

/** Bits of the hashes kept. At 1 % of 2^26 = 671,088 videos one fresh video in a hundred is taken for a seen one. */
const hashBits = 26

/**
 * A set of hashes of the videos somebody saw long ago: membership with few false positives and no false negatives,
 * in at most 2 bytes a video from 4,096 videos on. Sorted hashes, coded after Elias (1974) and Fano (1971): of each
 * the lower bits as they are, the higher ones as a bit vector of gaps. To add, all are decoded and coded again: that
 * happens once in thousands of videos.
 */
export class OlderSeen {
  readonly count: number
  readonly bytes: Uint8Array
  readonly #lowBits: number
  readonly #highStart: number
  /** Where in the gaps every 64th upper half begins, so that a look-up reads a few bytes. */
  readonly #samples: Uint32Array

  constructor(count: number, bytes: Uint8Array) {
    this.count = count
    this.bytes = bytes
    this.#lowBits = lowBitsFor(count)
    this.#highStart = Math.ceil((count * this.#lowBits) / 8) * 8
    this.#samples = new Uint32Array(Math.ceil(2 ** (hashBits - this.#lowBits) / 64) + 1)
    let zeros = 0
    for (let at = this.#highStart; at < bytes.length * 8; at++) {
      if (this.#bit(at) === 0 && zeros++ % 64 === 0) this.#samples[Math.floor((zeros - 1) / 64)] = at
    }
  }

  static of(hashes: Iterable<number>): OlderSeen {
    const sorted = Uint32Array.from(new Set(hashes)).sort()
    const count = sorted.length
    const lowBits = lowBitsFor(count)
    const highStart = Math.ceil((count * lowBits) / 8) * 8
    // An upper half h of the nth hash is a one at n + h + 1; zeros end the upper halves.
    const bytes = new Uint8Array(Math.ceil((highStart + count + 2 ** (hashBits - lowBits) + 1) / 8))
    const set = (at: number) => {
      bytes[at >>> 3]! |= 1 << (at & 7)
    }
    for (let n = 0; n < count; n++) {
      const hash = sorted[n]!
      for (let bit = 0; bit < lowBits; bit++) if ((hash >>> bit) & 1) set(n * lowBits + bit)
      set(highStart + n + Math.floor(hash / 2 ** lowBits) + 1)
    }
    return new OlderSeen(count, bytes)
  }

  /** The set that a row holds. */
  static ofRow(row: Uint8Array): OlderSeen {
    return new OlderSeen(Buffer.from(row.buffer, row.byteOffset, row.byteLength).readUInt32LE(), row.subarray(4))
  }

  /** As it is stored: how many, then the bytes. */
  get row(): Buffer {
    const row = Buffer.alloc(4 + this.bytes.length)
    row.writeUInt32LE(this.count)
    row.set(this.bytes, 4)
    return row
  }

  /** This set and further hashes. */
  with(hashes: Iterable<number>): OlderSeen {
    return OlderSeen.of([...this.values(), ...hashes])
  }

  has(hash: number): boolean {
    if (this.count === 0) return false
    const upper = Math.floor(hash / 2 ** this.#lowBits)
    const lower = hash & (2 ** this.#lowBits - 1)
    let at = this.#samples[upper >>> 6]!
    for (let zeros = upper & 63; zeros > 0; at++) if (this.#bit(at + 1) === 0) zeros--
    // `at` is the zero before this upper half; the ones before it tell how many hashes are smaller.
    for (let n = at - this.#highStart - upper; this.#bit(at + 1) === 1; n++, at++) if (this.#lowOf(n) === lower) return true
    return false
  }

  *values(): Generator<number> {
    let upper = -1
    let n = 0
    for (let at = this.#highStart; n < this.count; at++) {
      if (this.#bit(at) === 0) upper++
      else yield upper * 2 ** this.#lowBits + this.#lowOf(n++)
    }
  }

  #bit(at: number): number {
    return (this.bytes[at >>> 3]! >>> (at & 7)) & 1
  }

  #lowOf(n: number): number {
    let low = 0
    for (let bit = 0, at = n * this.#lowBits; bit < this.#lowBits; bit++, at++) low |= this.#bit(at) << bit
    return low
  }
}

/** The hash of a video that the set keeps, from the halves of the id's hash. */
export function seenHash(high: number, low: number): number {
  return mix32(high ^ mix32(low)) >>> (32 - hashBits)
}

function lowBitsFor(count: number): number {
  return count === 0 ? hashBits : Math.max(0, Math.floor(Math.log2(2 ** hashBits / count)))
}
