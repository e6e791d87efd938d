import type { TileRow } from '../../server/src/adapters/kafka/followed-tiles-for-tests.ts'
import type { View } from '../../server/src/features/language/view.ts'
import { everMs } from '../../server/src/features/language/windows.ts'
import type { TablesForTests } from '../../server/src/features/sql/tables-for-tests.ts'
import { batchSql, tileColumns } from '../../server/src/features/sql/tiles-sql.ts'
import type { FeatureTiles } from '../../server/src/features/tiles/feature-tiles.ts'
import { versionedName } from '../../server/src/features/tiles/tile-topics.ts'

/** Tiles as texts, by what each is a tile of: view, entity, hop, start. */
export type TileTable = ReadonlyMap<string, string>

export const keyOf = (view: View, entity: readonly (string | number)[], hopMs: number, startMs: number): string =>
  JSON.stringify([versionedName(view), ...entity, hopMs, startMs])

/** All tiles of hops that memory has. `tiles` keeps all. */
export function tilesInMemory(views: readonly View[], tiles: FeatureTiles): TileTable {
  const found = new Map<string, string>()
  for (const view of views) {
    for (const { entity, hopMs, startMs, values } of tiles.tiles(view, 0)) {
      if (hopMs === everMs) continue
      const known = Array.from(values, (value) => (Number.isNaN(value) ? null : value))
      found.set(keyOf(view, entity, hopMs, startMs), JSON.stringify(known))
    }
  }
  return found
}

/** All tiles that SQL makes of the lake's tables. */
export async function tilesInTables(views: readonly View[], tables: TablesForTests): Promise<TileTable> {
  const found = new Map<string, string>()
  for (const view of views) {
    const keys = Object.keys(view.entity).length
    for await (const rows of tables.query(batchSql(view))) {
      for (const row of rows) {
        const entity = row.slice(2, 2 + keys).map((part) => (typeof part === 'bigint' ? Number(part) : (part as string)))
        const [hopMs, startMs] = row.slice(2 + keys, 4 + keys).map(Number) as [number, number]
        const values = row.slice(4 + keys).map((value) => (value === null ? null : Number(value)))
        found.set(keyOf(view, entity, hopMs, startMs), JSON.stringify(values))
      }
    }
  }
  return found
}

/** A tile as Flink writes it, as key and text. */
export function tileOfRow(view: View, row: TileRow): readonly [key: string, text: string] {
  const columns = tileColumns(view).map(({ name }) => row[name])
  const keys = Object.keys(view.entity).length
  const entity = columns.slice(2, 2 + keys) as (string | number)[]
  const [hopMs, startMs] = columns.slice(2 + keys, 4 + keys) as [number, number]
  return [keyOf(view, entity, hopMs, startMs), JSON.stringify(columns.slice(4 + keys))]
}

export interface Difference {
  readonly key: string
  readonly is: string | undefined
  readonly shouldBe: string | undefined
}

export function differences(is: TileTable, shouldBe: TileTable): Difference[] {
  const keys = new Set([...is.keys(), ...shouldBe.keys()])
  return [...keys].filter((key) => is.get(key) !== shouldBe.get(key)).map((key) => ({ key, is: is.get(key), shouldBe: shouldBe.get(key) }))
}
