import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Lake, LakeTable, Manifest } from '../ports/lake.ts'
import { checkFence, commitChange, filesOf, withChanged, withFiles, withoutFiles } from './manifest-changes.ts'

export interface DerivedPartition {
  readonly partition: string
  /** A Parquet file under the lake's `scratch`; undefined where the partition has no rows any more. */
  readonly written: { readonly scratch: string; readonly rows: number; readonly minMs: number; readonly maxMs: number } | undefined
}

/**
 * Replaces whole partitions of a table that is made from others, behind one commit. `from` is the manifest that was read:
 * its version becomes `derived[table]`. Rejects with `LAKE_FENCED` where another writer has taken over since, which sweeps
 * what is not committed: make them again.
 */
export async function replacePartitions(
  lake: Lake,
  clock: Clock,
  table: Exclude<LakeTable, 'events' | 'served' | 'features' | 'catalog' | 'control'>,
  partitions: readonly DerivedPartition[],
  from: Manifest,
): Promise<Manifest> {
  const written = partitions.flatMap(({ partition, written }) => {
    if (written === undefined) return []
    const { scratch, rows, minMs, maxMs } = written
    const times = { minMs, maxMs, minAcceptedMs: minMs, maxAcceptedMs: maxMs }
    return [{ scratch, path: `${table}/${partition}/${randomUUID()}.parquet`, table, partition, rows, ...times, log: [] }]
  })
  const stored = await lake.put(written)
  const files = written.map(({ scratch: _, ...file }, at) => ({ ...file, ...stored[at]! }))
  return commitChange(lake, clock, (current, version) => {
    checkFence(current, from.fence)
    const gone = filesOf(
      current,
      table,
      partitions.map(({ partition }) => partition),
    )
    const next = withFiles(withoutFiles(withChanged(current, version, gone), version, gone, clock.now()), version, files)
    return { ...next, derived: { ...current.derived, [table]: from.version } }
  })
}
