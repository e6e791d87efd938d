import type { DataDay, DataPartition, QualityFinding } from '../generated/vireo/v1/console_data.ts'
import { hourOf } from '../lake/lake-tables.ts'
import { eachFile } from '../lake/standing.ts'
import type { LakeFile, Manifest } from '../ports/lake.ts'
import type { PartitionResult } from '../quality/results.ts'
import { checkedTables } from '../quality/suites.ts'
import { momentAt } from './timestamps.ts'

const checked: ReadonlySet<string> = new Set(checkedTables)

/** By day (YYYY-MM-DD). */
export type FilesByDate = ReadonlyMap<string, readonly LakeFile[]>

export async function filesByDate({ files }: Manifest): Promise<FilesByDate> {
  const byDate = new Map<string, LakeFile[]>()
  await eachFile(files, (file) => {
    const date = dateOf(file.partition)
    const known = byDate.get(date)
    if (known === undefined) byDate.set(date, [file])
    else known.push(file)
  })
  return byDate
}

/** What the lake has of each day, the newest first. What was checked is not in it yet. */
export function daysOf(byDate: FilesByDate): DataDay[] {
  const days = Array.from(byDate, ([date, files]) => ({
    date,
    rows: sum(files, ({ rows }) => rows),
    bytes: sum(files, ({ bytes }) => bytes),
    files: files.length,
    failed: 0,
    warned: 0,
    passed: 0,
    unchecked: 0,
  }))
  return days.sort((a, b) => (a.date < b.date ? 1 : -1))
}

/** Partitions of a day: those with rows, and those that were missed by a check. */
export function partitionsOf(
  { changed }: Pick<Manifest, 'changed'>,
  files: readonly LakeFile[],
  results: readonly PartitionResult[],
): DataPartition[] {
  const known = new Map(results.map((result) => [`${result.table}/${result.partition}`, result]))
  const byPartition = Map.groupBy(files, ({ partition, table }) => `${shownIn(table)}/${partition}`)
  const partitions = [...new Set([...byPartition.keys(), ...known.keys()])].map((key) => {
    const [table, partition] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)]
    const own = byPartition.get(key) ?? []
    return {
      table,
      hour: (hourOf(partition) ?? 0) % 24,
      rows: sum(own, ({ rows }) => rows),
      bytes: sum(own, ({ bytes }) => bytes),
      files: own.length,
      state: stateOf(table, known.get(key), lastChange(changed, table, partition)),
    }
  })
  return partitions.sort((a, b) => b.hour - a.hour || (a.table < b.table ? -1 : 1))
}

/** Counts the partitions of a day by what the checks said. */
export function withChecks(day: DataDay, partitions: readonly DataPartition[]): DataDay {
  const of = (...states: string[]) => partitions.filter(({ state }) => states.includes(state)).length
  return { ...day, failed: of('failed'), warned: of('warned'), passed: of('passed'), unchecked: of('unchecked', 'changed') }
}

/** What did not pass: that which keeps an hour from training first, then the newest. */
export function findingsOf(results: readonly PartitionResult[]): QualityFinding[] {
  const newest = results.toSorted((a, b) => (a.partition < b.partition ? 1 : a.partition > b.partition ? -1 : a.table < b.table ? -1 : 1))
  const findings = newest.flatMap(({ checkedMs, findings, partition, table }) =>
    findings.map(({ about, found, kind, severity }) => ({
      table,
      date: dateOf(partition),
      hour: (hourOf(partition) ?? 0) % 24,
      severity,
      kind,
      about,
      found,
      checked: momentAt(checkedMs),
    })),
  )
  return [...findings.filter(({ severity }) => severity === 'critical'), ...findings.filter(({ severity }) => severity !== 'critical')]
}

const dateOf = (partition: string): string => partition.slice('date='.length, 'date=2026-01-15'.length)

/** Vectors that were replayed are shown with those that were logged. */
const shownIn = (table: string): string => (table === 'replayed' ? 'features' : table)

const lastChange = (changed: Manifest['changed'], table: string, partition: string): number =>
  Math.max(changed[`${table}/${partition}`] ?? 0, table === 'features' ? (changed[`replayed/${partition}`] ?? 0) : 0)

function stateOf(table: string, result: PartitionResult | undefined, changedIn: number): string {
  if (!checked.has(table)) return ''
  if (result === undefined) return 'unchecked'
  return changedIn > result.version ? 'changed' : result.status
}

const sum = (files: readonly LakeFile[], of: (file: LakeFile) => number): bigint =>
  BigInt(files.reduce((total, file) => total + of(file), 0))
