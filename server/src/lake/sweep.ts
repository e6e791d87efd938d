import type { Clock } from '../clock.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import { commitChange } from './manifest-changes.ts'

/** Folders for what does not fit into memory; those of readers are theirs while there are any. */
const scratchFolder = /^scratch\/(?!duckdb\/)[^/]+\//

/** Deletes what a writer left that was stopped before its commit. Only for one that no other can commit beside. */
export async function sweepOrphans(lake: Lake, manifest: Manifest): Promise<void> {
  const named = new Set([...manifest.files, ...manifest.removed].map(({ path }) => path))
  const isRead = (await lake.oldestPin()) !== undefined
  const orphans = (await lake.paths()).filter((path) => !named.has(path) && !(isRead && scratchFolder.test(path)))
  await lake.remove(orphans)
}

/** Deletes files that were taken out of the manifest, once `graceMs` have passed and no reader has pinned a version that names them. */
export async function deleteRemoved(lake: Lake, clock: Clock, graceMs: number): Promise<void> {
  const { removed } = await lake.manifest()
  const nowMs = clock.now()
  const oldestPin = (await lake.oldestPin()) ?? Number.POSITIVE_INFINITY
  const due = new Set(removed.filter(({ atMs, version }) => atMs + graceMs < nowMs && version <= oldestPin).map(({ path }) => path))
  if (due.size === 0) return
  await lake.remove([...due])
  await commitChange(lake, clock, (current) => ({ ...current, removed: current.removed.filter(({ path }) => !due.has(path)) }))
}
