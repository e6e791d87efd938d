import type { TileDifference } from '../check/checked-view.ts'
import type { View } from '../language/view.ts'
import { everMs, hopsAndEver, hopsOf } from '../language/windows.ts'
import type { FeatureTiles } from '../tiles/feature-tiles.ts'
import type { HeldTile } from '../tiles/held-tiles.ts'
import { batchSql, type TilesSqlOptions } from './tiles-sql.ts'

export interface Comparison {
  /** Tiles that both sides were asked for. */
  readonly compared: number
  readonly differing: number
  /** The first of those that differ. */
  readonly differences: readonly TileDifference[]
}

export interface CompareOptions {
  readonly tiles: FeatureTiles
  readonly views: readonly View[]
  /** Of the clock that tiles are folded by. */
  readonly nowMs: number
  /** Up to when the tables have everything that memory has: tiles that end later are left out. */
  readonly untilMs: number
  /** Runs SQL: rows as arrays, in pieces. */
  readonly query: (sql: string, signal: AbortSignal) => AsyncIterable<readonly (readonly unknown[])[]>
  readonly signal: AbortSignal
  readonly mostDifferences?: number
  readonly sqlOf?: (view: View, options: TilesSqlOptions) => string
}

/**
 * Holds the tiles in memory against those that SQL makes of the lake's tables, for all hops and times of which memory
 * still has whole tiles. Nothing that belongs to a tile before `untilMs` may arrive meanwhile. Keeps the tiles of one view in memory twice.
 */
export async function compareTiles(options: CompareOptions): Promise<Comparison> {
  const { mostDifferences = 20, views } = options
  const total = { compared: 0, differing: 0, differences: [] as TileDifference[] }
  for (const view of views) {
    for await (const difference of differencesOf(view, options, () => total.compared++)) {
      total.differing++
      if (total.differences.length < mostDifferences) total.differences.push(difference)
    }
  }
  return total
}

type Values = readonly (number | null)[]

async function* differencesOf(view: View, options: CompareOptions, compared: () => void): AsyncGenerator<TileDifference> {
  const { nowMs, query, signal, sqlOf = batchSql, tiles, untilMs } = options
  const sinceOf = new Map(hopsAndEver(view.windows).map((hopMs) => [hopMs, tiles.wholeSince(view, hopMs, nowMs)]))
  const isCompared = (hopMs: number, startMs: number) => startMs >= sinceOf.get(hopMs)! && (hopMs === everMs || startMs + hopMs <= untilMs)
  const live = new Map<string, Values>()
  const take = (tile: HeldTile) => {
    if (isCompared(tile.hopMs, tile.startMs)) live.set(nameOf(tile.entity, tile.hopMs, tile.startMs), valuesOf(tile))
  }
  for (const tile of tiles.tiles(view, nowMs)) take(tile)
  const describe = (name: string, own: Values | undefined, stored: Values | undefined): TileDifference => {
    const { entity, hopMs, startMs } = JSON.parse(name) as Pick<TileDifference, 'entity' | 'hopMs' | 'startMs'>
    return { view: view.name, entity, hopMs, startMs, live: named(view, own), stored: named(view, stored) }
  }
  const fromMs = Math.min(...hopsOf(view.windows).map((hopMs) => sinceOf.get(hopMs)!))
  const sql = sqlOf(view, { toMs: untilMs, withEver: true, ...(Number.isFinite(fromMs) && { fromMs }) })
  const keys = Object.keys(view.entity).length
  for await (const rows of query(sql, signal)) {
    for (const row of rows) {
      const entity = row.slice(2, 2 + keys).map(plain) as (string | number)[]
      const [hopMs, startMs] = row.slice(2 + keys, 4 + keys).map(Number) as [number, number]
      if (!isCompared(hopMs, startMs)) continue
      compared()
      const name = nameOf(entity, hopMs, startMs)
      // Who is not in memory is looked up.
      if (!live.has(name)) for (const tile of tiles.tilesOf(view, entity[0]!, nowMs)) take(tile)
      const own = live.get(name)
      live.delete(name)
      const stored = row.slice(4 + keys).map((value) => (value === null ? null : Number(value)))
      if (own === undefined || stored.some((value, at) => value !== own[at])) yield describe(name, own, stored)
    }
  }
  for (const [name, own] of live) {
    compared()
    yield describe(name, own, undefined)
  }
}

const nameOf = (entity: HeldTile['entity'], hopMs: number, startMs: number) => JSON.stringify({ entity, hopMs, startMs })

const valuesOf = ({ values }: HeldTile): Values => Array.from(values, (value) => (Number.isNaN(value) ? null : value))

const plain = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value)

const named = (view: View, values: Values | undefined) =>
  values && Object.fromEntries(Object.keys(view.aggregations).map((name, at) => [name, values[at]!]))
