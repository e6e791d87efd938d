import { dayMs } from '../clock.ts'
import { type LakeDatabase, quoted } from '../lake/database.ts'
import { partitionOf } from '../lake/lake-tables.ts'
import { shownFilesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Lake, Manifest, ShownTable } from '../ports/lake.ts'
import { categoriesSql, categoryCounts } from './categories.ts'
import { inventorySql } from './inventory.ts'
import { measureTables, monthDays } from './measure-tables.ts'
import { measures } from './measures.ts'

export interface MeasuredValue {
  readonly value: number | undefined
  readonly outOf: number | undefined
}

/** Of one day: the values in the order of `measures`. */
export type MeasuredDay = readonly MeasuredValue[]

export interface InventoryRow {
  readonly dimension: string
  readonly name: string
  readonly videos: number
  readonly wellWatched: number
}

/** By category: the counts of a day in the order of `categoryCounts`. */
export type CategoriesOfDay = ReadonlyMap<string, readonly number[]>

const hoursADay = 24

/**
 * Makes the tables of `measureTables` for some days in a row (days since 1970), as temporary ones. What is later reported is
 * looked for in the month after the last of them.
 */
export async function openMeasureTables(
  { database, lake, manifest }: { readonly database: LakeDatabase; readonly lake: Pick<Lake, 'location'>; readonly manifest: Manifest },
  days: readonly number[],
): Promise<void> {
  const [first, end] = [days[0]! - monthDays, days.at(-1)! + monthDays + 1]
  const partitions = new Set(Array.from({ length: (end - first) * hoursADay }, (_, at) => partitionOf(first * hoursADay + at)))
  const tables: [ShownTable, Set<string> | undefined][] = [
    ['events', partitions],
    ['served', partitions],
    ['catalog', undefined],
  ]
  for (const [table, only] of tables) {
    const rows = rowsSql(table, shownFilesOf(manifest, table, only), (path) => lake.location(path))
    await database.run(`CREATE OR REPLACE TEMP VIEW ${table} AS FROM ${rows}`)
  }
  await makeMeasureTables(database, days)
}

/** The same where `events`, `served` and `catalog` are there. */
export async function makeMeasureTables(database: LakeDatabase, days: readonly number[]): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE days AS SELECT unnest([${days.map(dateSql).join(', ')}]) AS day`)
  for (const { name, sql } of measureTables) await database.run(`CREATE OR REPLACE TEMP TABLE ${name} AS ${sql}`)
}

/** By day, of those that `openMeasureTables` was asked for. */
export async function readMeasures(database: LakeDatabase, days: readonly number[]): Promise<Map<number, MeasuredDay>> {
  const columns: MeasuredValue[][] = []
  for (const { isCount, sql } of measures) {
    const { columns: names, rows } = await database.answer(
      `SELECT epoch_ms(day) // ${dayMs} AS day, * EXCLUDE (day) FROM (${sql}) WHERE day IN (FROM days)`,
    )
    const [valueAt, outOfAt] = [names.indexOf('value'), names.indexOf('out_of')]
    const byDay = new Map(rows.map((row) => [Number(row[0]), row]))
    columns.push(
      days.map((day) => {
        const row = byDay.get(day)
        if (row === undefined) return { value: isCount ? 0 : undefined, outOf: undefined }
        return { value: numberOf(row[valueAt]), outOf: numberOf(row[outOfAt]) }
      }),
    )
  }
  return new Map(days.map((day, at) => [day, columns.map((column) => column[at]!)]))
}

/** By day, of those that `openMeasureTables` was asked for; days on which nothing was shown or done are left out. */
export async function readCategories(database: LakeDatabase): Promise<Map<number, CategoriesOfDay>> {
  const { rows } = await database.answer(
    `SELECT epoch_ms(day) // ${dayMs} AS day, category, ${categoryCounts.join(', ')} FROM (${categoriesSql})`,
  )
  const days = Map.groupBy(rows, ([day]) => Number(day))
  return new Map(Array.from(days, ([day, rows]) => [day, new Map(rows.map(([, name, ...counts]) => [String(name), counts.map(Number)]))]))
}

/** As of the last of the days. */
export async function readInventory(database: LakeDatabase): Promise<InventoryRow[]> {
  const { rows } = await database.answer(inventorySql)
  return rows.map(([dimension, name, videos, wellWatched]) => ({
    dimension: String(dimension),
    name: String(name),
    videos: Number(videos),
    wellWatched: Number(wellWatched),
  }))
}

/** `2026-01-15` of days since 1970. */
export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

const dateSql = (day: number) => `DATE ${quoted(dateOf(day))}`
const numberOf = (value: unknown) => (value === null || value === undefined ? undefined : Number(value))
