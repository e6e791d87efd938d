import { minuteMs } from '../../clock.ts'
import { everMs, hopsAndEver } from '../language/windows.ts'
import { type EntityKind, type KeyPart, parted } from './entity-kind.ts'
import { base, startOf } from './levels.ts'
import type { Owners } from './owners.ts'
import { none } from './tile-rows.ts'
import type { ViewTiles } from './view-tiles.ts'

/** What happened to an entity from `startMs` on for `hopMs`, or ever (`everMs`): a value an aggregation, in the view's order. */
export interface HeldTile {
  readonly entity: readonly KeyPart[]
  readonly hopMs: number
  readonly startMs: number
  /** NaN for unknown. */
  readonly values: Float64Array
}

/** The tiles of a view that are whole, of all owners in memory. `wholeSince` tells by hop from when on they are. */
export function* heldTiles(view: ViewTiles, kind: EntityKind, owners: Owners, wholeSince: (hopMs: number) => number): Generator<HeldTile> {
  for (let owner = 0; owner < owners.end; owner++) yield* heldTilesOf(view, kind, owners, owner, wholeSince)
}

/** Those of one owner. */
export function* heldTilesOf(
  view: ViewTiles,
  kind: EntityKind,
  owners: Owners,
  owner: number,
  wholeSince: (hopMs: number) => number,
): Generator<HeldTile> {
  const name = owners.value(owner)
  if (name === undefined) return
  for (let entity = kind.first(owner); entity !== none; entity = kind.next(entity)) {
    const sub = kind.sub(entity)
    const key = sub === undefined ? [name] : [name, ...parted(sub, kind.names.length - 1)]
    for (const hopMs of hopsAndEver(view.view.windows)) yield* ofHop(view, entity, key, hopMs, wholeSince(hopMs))
  }
}

function* ofHop(view: ViewTiles, entity: number, key: readonly KeyPart[], hopMs: number, sinceMs: number): Generator<HeldTile> {
  const { rows } = view.group
  let startMs = Number.NaN
  let tile = rows.shape.create()
  for (let row = view.head(entity); row !== none; row = rows.next(row)) {
    const stamp = rows.stamp(row)
    if (!view.counts(stamp)) continue
    if (stamp === base && hopMs !== everMs) break
    const rowMs = startOf(stamp) * minuteMs
    const from = rowMs - (rowMs % hopMs)
    if (from < sinceMs) break
    if (from !== startMs) {
      if (!Number.isNaN(startMs)) yield { entity: key, hopMs, startMs, values: tile.cells.slice(0, rows.shape.width) }
      startMs = from
      tile = rows.shape.create()
    }
    rows.shape.merge(tile, rows.tile(row))
  }
  if (!Number.isNaN(startMs)) yield { entity: key, hopMs, startMs, values: tile.cells.slice(0, rows.shape.width) }
}
