import { dayMs } from '../../clock.ts'
import {
  countsVersion,
  type OwnerKind,
  ownerKinds,
  type RowKind,
  rowKinds,
  type SharedCounts,
} from '../../features/shared/shared-counts.ts'
import { countedFeatures } from '../../features/vector/counted.ts'
import { countedOfTheFeed } from '../../features/vector/counted-of-the-feed.ts'
import { RedisFeatureRows } from './feature-rows.ts'
import { RedisOwnerTiles } from './owner-tiles.ts'
import type { RedisConnection } from './redis-connection.ts'

/**
 * What is counted, in Redis. People of whom nothing new is heard for `keepDays` are forgotten. `format` names how tiles
 * are written: those that come whole are written otherwise than those that are counted here.
 */
export function redisCounts(redis: RedisConnection, keepDays: number, format: 'counted' | 'topics'): SharedCounts {
  const version = `${countsVersion}-${format}`
  const rows = rowKinds.map((kind) => {
    const { length } = countedFeatures(kind, countedOfTheFeed[kind], kind)
    return [kind, new RedisFeatureRows(redis, `rows-${kind}-${version}`, length)] as const
  })
  const tiles = ownerKinds.map((kind) => [kind, new RedisOwnerTiles(redis, `tiles-${kind}-${version}`, keepDays * dayMs)] as const)
  return {
    rows: Object.fromEntries(rows) as Record<RowKind, RedisFeatureRows>,
    tiles: Object.fromEntries(tiles) as Record<OwnerKind, RedisOwnerTiles>,
    standing: new RedisFeatureRows(redis, `rows-standing-${version}`, 1),
  }
}
