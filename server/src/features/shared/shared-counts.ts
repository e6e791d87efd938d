import { createHash } from 'node:crypto'
import type { Catalog } from '../../catalog/catalog.ts'
import type { FeatureStore } from '../../ports/feature-store.ts'
import type { OwnerTilesStore } from '../../ports/owner-tiles.ts'
import { fingerprint, json } from '../language/canonical.ts'
import { featureSetId } from '../vector/feature-set.ts'
import { feedFeatureSet } from '../vector/feed-feature-set.ts'
import { allFeedViews } from '../views/feed-views.ts'

/** Of whom there is a row each of the numbers that models read. */
export const rowKinds = ['video', 'creator', 'audio', 'category', 'length'] as const
export type RowKind = (typeof rowKinds)[number]

/** What the store calls an entity, by its number in the catalogue; of lengths, by their bucket. */
export function idOf(kind: RowKind, entity: number, catalog: Catalog): string {
  return kind === 'length' ? String(entity) : tableOf(kind, catalog).id(entity)
}

/** What numbers entities. */
export const tableOf = (kind: Exclude<RowKind, 'length'>, { audios, categories, creators, ids }: Catalog) =>
  ({ video: ids, creator: creators, audio: audios, category: categories })[kind]

/** Of whom there are tiles: a page is of one person and one surface, and windows of tiles never have to be written anew. */
export const ownerKinds = ['person', 'surface'] as const
export type OwnerKind = (typeof ownerKinds)[number]

/** What servers that count tell those that only answer. */
export interface SharedCounts {
  readonly rows: Readonly<Record<RowKind, FeatureStore>>
  readonly tiles: Readonly<Record<OwnerKind, OwnerTilesStore>>
  /** One row, `standing`: 1 if everything was told once, 0 before; it holds for as long as all is told in time. */
  readonly standing: FeatureStore
}

export const standing = 'standing'

/** Stands for what is counted: servers that count something else tell each other of it beside. */
export const countsVersion: string = createHash('sha256')
  .update(json([featureSetId(feedFeatureSet), feedFeatureSet.itemFeatures.map(({ name }) => name), allFeedViews.map(fingerprint)]))
  .digest('hex')
  .slice(0, 8)
