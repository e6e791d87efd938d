import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { LakeDatabase } from '../lake/database.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import { PartitionCheck, type PartitionCheckOptions } from './partition-check.ts'
import type { PartitionResult, QualityResults } from './results.ts'
import { type Partition, stalePartitions } from './stale-partitions.ts'

export interface CheckOptions extends PartitionCheckOptions {
  readonly lake: Lake
  readonly results: QualityResults
  /** Only hours of this date (`YYYY-MM-DD`, UTC). */
  readonly date?: string
  /** Memory of DuckDB, in MiB. */
  readonly memoryMb: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/**
 * Checks the partitions that have changed since they were checked, and keeps a result of each. A run that is stopped has
 * kept what it has checked. Resolves with how many it has checked.
 */
export async function checkLake(options: CheckOptions): Promise<number> {
  const { lake, results, date } = options
  const pin = await lake.pin()
  try {
    const known = await results.all()
    const stale = stalePartitions(pin.manifest, known, options).filter(({ partition }) => date === undefined || dateOf(partition) === date)
    if (stale.length > 0) await checkPartitions(stale, known, pin.manifest, options)
    return stale.length
  } finally {
    await pin.release()
  }
}

async function checkPartitions(
  partitions: readonly Partition[],
  known: readonly PartitionResult[],
  manifest: Manifest,
  options: CheckOptions,
): Promise<void> {
  const { lake, results, memoryMb, signal, onProgress } = options
  const scratch = lake.scratch(`quality-${randomUUID()}`)
  const database = await LakeDatabase.open({ lake, memoryMb, tempFolder: scratch, signal })
  try {
    const check = await PartitionCheck.open(database, manifest, known, options)
    let done = 0
    for (const [date, ofDate] of Map.groupBy(partitions, ({ partition }) => dateOf(partition))) {
      await check.openDate(ofDate.map(({ partition }) => partition))
      const checked: PartitionResult[] = []
      try {
        for (const { table, partition } of ofDate) {
          onProgress?.({ done: done++, total: partitions.length })
          checked.push(await check.partition(table, partition))
        }
      } finally {
        if (checked.length > 0) await results.keep(date, checked)
      }
    }
    onProgress?.({ done, total: partitions.length })
  } finally {
    database.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

const dateOf = (partition: string) => partition.slice('date='.length, 'date=2026-01-15'.length)
