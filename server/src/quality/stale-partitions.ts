import { hourOf, isSettled, partitionOf } from '../lake/lake-tables.ts'
import { shownFilesOf } from '../lake/manifest-changes.ts'
import type { LakeTable, Manifest, ShownTable } from '../ports/lake.ts'
import { hoursAround } from '../samples/hours-around.ts'
import { type PartitionCheckOptions, sameHourBefore, suiteIds } from './partition-check.ts'
import type { PartitionResult } from './results.ts'
import { type CheckedTable, checkedTables } from './suites.ts'
import { daysBefore } from './volume.ts'

export interface Partition {
  readonly table: CheckedTable
  readonly partition: string
}

/** Partitions that are over and have no result, or one that no longer holds, in order. */
export function stalePartitions(manifest: Manifest, known: readonly PartitionResult[], options: PartitionCheckOptions): Partition[] {
  const results = new Map(known.map((result) => [`${result.table}/${result.partition}`, result]))
  const ids = suiteIds(options.featureSet)
  return checkedTables
    .flatMap((table) => hoursToJudge(manifest, table).map((partition) => ({ table, partition })))
    .filter(({ partition }) => isSettled(partition, options.clock.now()))
    .filter(({ table, partition }) => {
      const result = results.get(`${table}/${partition}`)
      return result === undefined || result.suite !== ids[table] || isPast(result, manifest, options)
    })
    .sort((a, b) => (`${a.partition} ${a.table}` < `${b.partition} ${b.table}` ? -1 : 1))
}

/**
 * Hours with rows, and those without that had some at the same time of a day before. Events and features may be missing up
 * to the last page: a feed that gets no events any more would teach that nobody watches.
 */
function hoursToJudge(manifest: Manifest, table: CheckedTable): string[] {
  const hours = hoursOf(manifest, table)
  const last = greatest(table === 'events' || table === 'features' ? [...hours, ...hoursOf(manifest, 'served')] : hours)
  const days = Array.from({ length: daysBefore + 1 }, (_, day) => 24 * day)
  return [...new Set(hours.flatMap((hour) => days.map((later) => hour + later)))].filter((hour) => hour <= last).map(partitionOf)
}

const tablesOf = (of: ShownTable): LakeTable[] => (of === 'features' ? ['features', 'replayed'] : [of])
const hoursOf = (manifest: Manifest, table: ShownTable) => shownFilesOf(manifest, table).flatMap(({ partition }) => hourOf(partition) ?? [])
const greatest = (numbers: readonly number[]) => numbers.reduce((most, each) => Math.max(most, each), 0)

/** Its rows have changed, or the lake was made anew; or it did not pass, and something that it was compared with has changed. */
function isPast({ table, partition, version, status }: PartitionResult, manifest: Manifest, options: PartitionCheckOptions): boolean {
  const { changed } = manifest
  const hasChanged = (of: ShownTable, partitions: Iterable<string>) =>
    [...partitions].some((each) => tablesOf(of).some((table) => (changed[`${table}/${each}`] ?? 0) > version))
  if (hasChanged(table, [partition]) || version > manifest.version) return true
  if (status === 'passed') return false
  if (hasChanged(table, sameHourBefore(partition))) return true
  if (status === 'warned') return false
  if (table === 'served') return Object.entries(changed).some(([key, each]) => key.startsWith('catalog/') && each > version)
  return hasChanged('served', hoursAround([partition], table === 'events' ? options.reachHours : 0))
}
