import type { TilePartition } from '../ports/tile-log.ts'
import { ChangedRows, type KeptTable } from './changed-rows.ts'

interface Reached {
  readonly key: string
  next: number
}

const table = 'tile_positions'

/** How far the topics of tiles have been read: saved with the tiles, as of one moment. */
export class TileProgress implements KeptTable {
  readonly name = table
  readonly changes: ChangedRows<Reached> = new ChangedRows(({ key, next }) => [table, key, Buffer.from(`${next}`)])
  readonly #reached = new Map<string, Reached>()

  /** The offset to go on from; 0 where nothing has been read. */
  next(of: TilePartition): number {
    return this.#of(of).next
  }

  /** What lies before an offset is in the tiles. */
  advance(of: TilePartition, next: number): void {
    const reached = this.#of(of)
    this.changes.touch(reached)
    reached.next = next
  }

  load(key: string, value: Uint8Array): void {
    this.#reached.set(key, { key, next: Number(Buffer.from(value).toString()) })
  }

  #of({ partition, topic }: TilePartition): Reached {
    const key = `${topic}/${partition}`
    const known = this.#reached.get(key)
    if (known !== undefined) return known
    const reached = { key, next: 0 }
    this.#reached.set(key, reached)
    return reached
  }
}
