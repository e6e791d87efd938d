import type { FeatureRow, FeatureStore } from '../../ports/feature-store.ts'
import type { OwnerTiles, OwnerTilesStore } from '../../ports/owner-tiles.ts'
import { countedFeatures } from '../vector/counted.ts'
import { countedOfTheFeed } from '../vector/counted-of-the-feed.ts'
import { type OwnerKind, ownerKinds, type RowKind, rowKinds, type SharedCounts } from './shared-counts.ts'

/** Rows in memory, which can be lost, or late. */
export class RowsForTests implements FeatureStore {
  readonly width: number
  readonly rows = new Map<string, FeatureRow>()
  /** What a gathering waits for. */
  gate: Promise<void> = Promise.resolve()
  gathered = 0
  failing = false

  constructor(width: number) {
    this.width = width
  }

  async put(rows: readonly FeatureRow[]): Promise<void> {
    await Promise.resolve()
    if (this.failing) throw new Error('the store fails')
    for (const row of rows) if (row.asOfMs >= (this.rows.get(row.id)?.asOfMs ?? 0)) this.rows.set(row.id, row)
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.rows.delete(id)
  }

  async gather(ids: readonly string[], into: Float64Array): Promise<Float64Array> {
    await this.gate
    this.gathered += ids.length
    const untilMs = new Float64Array(ids.length)
    for (const [at, id] of ids.entries()) {
      const row = this.rows.get(id)
      for (let value = 0; value < this.width; value++) into[at * this.width + value] = row?.values[value] ?? 0
      untilMs[at] = row?.validUntilMs ?? 0
    }
    return untilMs
  }
}

export class OwnerTilesForTests implements OwnerTilesStore {
  readonly tiles = new Map<string, OwnerTiles>()

  async put(owners: readonly OwnerTiles[]): Promise<void> {
    await Promise.resolve()
    for (const owner of owners) if (owner.asOfMs >= (this.tiles.get(owner.id)?.asOfMs ?? 0)) this.tiles.set(owner.id, owner)
  }

  async get(id: string): Promise<Uint8Array | undefined> {
    await Promise.resolve()
    return this.tiles.get(id)?.tiles
  }
}

export interface CountsForTests extends SharedCounts {
  readonly rows: Readonly<Record<RowKind, RowsForTests>>
  readonly tiles: Readonly<Record<OwnerKind, OwnerTilesForTests>>
  readonly standing: RowsForTests
}

export const countsForTests = (): CountsForTests => ({
  rows: Object.fromEntries(
    rowKinds.map((kind) => [kind, new RowsForTests(countedFeatures('', countedOfTheFeed[kind], '').length)]),
  ) as CountsForTests['rows'],
  tiles: Object.fromEntries(ownerKinds.map((kind) => [kind, new OwnerTilesForTests()])) as CountsForTests['tiles'],
  standing: new RowsForTests(1),
})
