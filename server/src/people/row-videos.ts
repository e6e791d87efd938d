import { nextCapacity, resized } from '../catalog/id-table.ts'
import { hash64 } from '../hash.ts'
import type { VideoIds } from './person-codec.ts'
import type { VideoNumbers } from './person-state.ts'

/** The videos of one person's row, numbered as they come: it holds those, too, that this process has not heard of. */
export class RowVideos implements VideoNumbers, VideoIds {
  count = 0
  high = new Uint32Array(256)
  low = new Uint32Array(256)

  find(id: string): number {
    const { high, low } = hash64(id)
    for (let at = this.low.indexOf(low); at >= 0 && at < this.count; at = this.low.indexOf(low, at + 1)) {
      if (this.high[at] === high) return at
    }
    return this.findHash(high, low)
  }

  /** A new number: for a row that is read, in which no video comes twice. */
  findHash(high: number, low: number): number {
    if (this.count === this.low.length) {
      this.high = resized(this.high, nextCapacity(this.count))
      this.low = resized(this.low, nextCapacity(this.count))
    }
    this.high[this.count] = high
    this.low[this.count] = low
    return this.count++
  }
}
