import { type LakeDatabase, quoted } from '../lake/database.ts'
import { filesOf } from '../lake/manifest-changes.ts'
import { recordRows, withLaterColumns } from '../lake/record-rows.ts'
import { type Topic, topics } from '../ports/event-log.ts'
import type { Lake, LakeTable, Manifest } from '../ports/lake.ts'

/** What depends on where a record lies, or was stamped on events on their way. */
const moved = new Set(['log_partition', 'log_offset', 'liked_before', 'neighbour_of', 'neighbours'])

/** Samples are joined anew. */
const tables: readonly LakeTable[] = [...topics, 'replayed']

/** A table of both lakes. */
export interface ComparedTable {
  readonly table: LakeTable
  readonly days: number
  readonly rows: number
  /** Of all that the rows hold but for their places, in whatever order and files: the sum of their 64-bit hashes, in hex. */
  readonly checksum: string
  /** Dates (UTC) whose rows are not the same on both sides. */
  readonly differing: readonly string[]
}

interface Day {
  readonly rows: bigint
  readonly sum: bigint
}

/** A lake with its newest manifest, and a database that reads it. */
export interface LakeSide {
  readonly lake: Pick<Lake, 'location'>
  readonly manifest: Manifest
  readonly database: LakeDatabase
}

/** Compares what two lakes hold, by table and day. */
export async function compareLakes(from: LakeSide, to: LakeSide): Promise<ComparedTable[]> {
  const compared: ComparedTable[] = []
  for (const table of tables) {
    const [before, after] = [await daysOf(from, table), await daysOf(to, table)]
    const dates = [...new Set([...before.keys(), ...after.keys()])].sort()
    if (dates.length === 0) continue
    const all = [...after.values()]
    compared.push({
      table,
      days: dates.length,
      rows: Number(all.reduce((total, { rows }) => total + rows, 0n)),
      checksum: hex(all.reduce((total, { sum }) => total + sum, 0n)),
      differing: dates.filter((date) => before.get(date)?.rows !== after.get(date)?.rows || before.get(date)?.sum !== after.get(date)?.sum),
    })
  }
  return compared
}

async function daysOf(side: LakeSide, table: LakeTable): Promise<Map<string, Day>> {
  const { database, lake, manifest } = side
  const days = new Map<string, Day>()
  const byDate = Map.groupBy(filesOf(manifest, table), ({ partition }) => partition.slice('date='.length, 'date=2000-01-01'.length))
  for (const [date, files] of byDate) {
    const stored = `read_parquet([${files.map(({ path }) => quoted(lake.location(path))).join(', ')}], hive_partitioning = false, union_by_name = true)`
    const columns = await columnsOf(database, table, stored)
    const from = isTopic(table) ? withLaterColumns(table, stored) : stored
    const [row] = await database.rows(`SELECT count(*), sum(hash(${columns.join(', ')})::HUGEINT)::VARCHAR FROM ${from}`)
    const [rows, sum] = row!
    if (rows !== 0n) days.set(date, { rows: rows as bigint, sum: BigInt(sum as string) })
  }
  return days
}

async function columnsOf(database: LakeDatabase, table: LakeTable, stored: string): Promise<string[]> {
  const names = isTopic(table)
    ? recordRows[table].columns.map(({ name }) => name)
    : (await database.rows(`SELECT column_name FROM (DESCRIBE SELECT * FROM ${stored}) ORDER BY column_name`)).map(
        ([name]) => name as string,
      )
  return names.filter((name) => !moved.has(name))
}

const isTopic = (table: LakeTable): table is Topic => (topics as readonly string[]).includes(table)

export const hex = (sum: bigint): string => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')
