import { hash64 } from '../../hash.ts'
import type { View } from '../language/view.ts'
import { everMs } from '../language/windows.ts'
import type { AnyRecord } from '../streams-for-tests.ts'
import { FeatureTiles } from './feature-tiles.ts'
import type { HeldTile } from './held-tiles.ts'

export interface WrittenTile {
  readonly view: View
  readonly tile: HeldTile
  readonly writtenMs: number
}

/** Counts records, as a stream engine would, and keeps what it wrote of their tiles: each as it was after some of them. */
export class TileWriterForTests {
  /** By partition, in which all of a tile is written in order. */
  readonly partitions: readonly WrittenTile[][]
  /** All tiles, however old. */
  readonly tiles: FeatureTiles
  readonly #views: readonly View[]
  readonly #written = new Map<string, string>()

  constructor(views: readonly View[], partitions: number) {
    this.#views = views
    this.tiles = new FeatureTiles({ views, keepAll: true })
    this.partitions = Array.from({ length: partitions }, () => [])
  }

  /** Counts records, and writes all tiles that changed. */
  write(records: readonly AnyRecord[], writtenMs: number): void {
    for (const record of records) 'event' in record ? this.tiles.event(record.event) : this.tiles.slate(record.slate)
    for (const view of this.#views) {
      for (const tile of this.tiles.tiles(view, writtenMs)) {
        if (tile.hopMs === everMs) continue
        const key = JSON.stringify([view.name, tile.entity, tile.hopMs, tile.startMs])
        const values = tile.values.join()
        if (this.#written.get(key) === values) continue
        this.#written.set(key, values)
        this.partitions[hash64(key).low % this.partitions.length]!.push({ view, tile, writtenMs })
      }
    }
  }
}
