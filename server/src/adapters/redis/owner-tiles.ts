import type { OwnerTiles, OwnerTilesStore } from '../../ports/owner-tiles.ts'
import { HashedRows } from './hashed-rows.ts'
import type { RedisConnection } from './redis-connection.ts'

/** As of when, as a double. The tiles follow. */
const headBytes = 8

export class RedisOwnerTiles implements OwnerTilesStore {
  readonly #rows: HashedRows

  /** `set` names whose tiles they are, with the views' version. Who is not written again for `keptMs` is forgotten. */
  constructor(redis: RedisConnection, set: string, keptMs: number) {
    this.#rows = new HashedRows(redis, set, keptMs)
  }

  put(owners: readonly OwnerTiles[]): Promise<void> {
    const rows = owners.map(({ asOfMs, tiles }) => {
      const row = Buffer.allocUnsafe(headBytes + tiles.length)
      row.writeDoubleLE(asOfMs)
      row.set(tiles, headBytes)
      return row
    })
    return this.#rows.put(
      owners.map(({ id }) => id),
      rows,
    )
  }

  async get(id: string): Promise<Uint8Array | undefined> {
    let tiles: Uint8Array | undefined
    await this.#rows.gather([id], (_, row) => {
      tiles = row.subarray(headBytes)
    })
    return tiles
  }
}
