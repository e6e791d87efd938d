import { nextCapacity, resized } from '../catalog/id-table.ts'
import { hourlyMetrics } from '../ports/counter-store.ts'

export const tileWidth = hourlyMetrics.length

/** Counts of the videos that have any, as rows of `hourlyMetrics`. */
export class Tile {
  readonly rowOf = new Map<number, number>()
  data = new Uint32Array(tileWidth * 16)

  /** Where the slot's row begins in `data`, made if it is not there. */
  row(slot: number): number {
    let row = this.rowOf.get(slot)
    if (row === undefined) {
      row = this.rowOf.size
      this.rowOf.set(slot, row)
      if (row * tileWidth === this.data.length) this.data = resized(this.data, nextCapacity(row) * tileWidth)
    }
    return row * tileWidth
  }

  get(slot: number, metric: number): number {
    const row = this.rowOf.get(slot)
    return row === undefined ? 0 : this.data[row * tileWidth + metric]!
  }

  /** Adds another tile's counts, or takes them away with `sign` -1. */
  merge(other: Tile, sign: 1 | -1): void {
    for (const [slot, from] of other.rowOf) {
      const to = this.row(slot)
      for (let metric = 0; metric < tileWidth; metric++) this.data[to + metric]! += sign * other.data[from * tileWidth + metric]!
    }
  }
}
