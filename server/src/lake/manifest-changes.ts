import type { Clock } from '../clock.ts'
import { VireoError } from '../errors.ts'
import type { Lake, LakeFile, LakeTable, LogRange, Manifest, ShownTable } from '../ports/lake.ts'

/** Makes the next manifest of the newest, again when another commit came first. Returns the one that was committed. */
export async function commitChange(lake: Lake, clock: Clock, change: (current: Manifest, version: number) => Manifest): Promise<Manifest> {
  for (;;) {
    const current = await lake.manifest()
    const version = current.version + 1
    const next = { ...change(current, version), version, committedMs: clock.now() }
    try {
      await lake.commit(next)
      return next
    } catch (error) {
      if (!(error instanceof VireoError) || error.code !== 'LAKE_CONFLICT') throw error
    }
  }
}

/** Throws `LAKE_FENCED` where another writer has taken over since. */
export function checkFence(manifest: Manifest, fence: number): void {
  if (manifest.fence === fence) return
  const message = `another process writes to the lake since version ${manifest.fence}; this one began with ${fence}`
  throw new VireoError({ code: 'LAKE_FENCED', message, fault: 'server', retryable: true })
}

export type NewFile = Omit<LakeFile, 'added'>

/** Adds files with new rows. */
export function withFiles(manifest: Manifest, version: number, files: readonly NewFile[]): Manifest {
  return {
    ...manifest,
    files: [...manifest.files, ...files.map((file) => ({ ...file, added: version }))],
    changed: { ...manifest.changed, ...changes(files, version) },
  }
}

/** Takes files out; they are deleted once nobody can be reading them. */
export function withoutFiles(manifest: Manifest, version: number, gone: readonly LakeFile[], nowMs: number): Manifest {
  const paths = new Set(gone.map(({ path }) => path))
  return {
    ...manifest,
    files: manifest.files.filter(({ path }) => !paths.has(path)),
    removed: [...manifest.removed, ...gone.map(({ path }) => ({ path, version, atMs: nowMs }))],
  }
}

/** Notes that the rows of some files' partitions are others now. */
export function withChanged(manifest: Manifest, version: number, files: readonly Pick<LakeFile, 'table' | 'partition'>[]): Manifest {
  return { ...manifest, changed: { ...manifest.changed, ...changes(files, version) } }
}

/** Partitions of a table whose rows have changed after a version, in order. Compaction changes no rows. */
export function changedSince(manifest: Manifest, table: LakeTable, version: number): string[] {
  const prefix = `${table}/`
  return Object.entries(manifest.changed)
    .filter(([key, changed]) => changed > version && key.startsWith(prefix))
    .map(([key]) => key.slice(prefix.length))
    .sort()
}

/** Files of a table, of some of its partitions only where they are given. */
export function filesOf(manifest: Manifest, table: LakeTable, partitions?: Iterable<string>): LakeFile[] {
  const wanted = partitions === undefined ? undefined : new Set(partitions)
  return manifest.files.filter((file) => file.table === table && (wanted?.has(file.partition) ?? true))
}

/** Those that a reader of a table looks into: vectors that were replayed are shown with those that were logged. */
export function shownFilesOf(manifest: Manifest, table: ShownTable, partitions?: Iterable<string>): LakeFile[] {
  const wanted = partitions === undefined ? undefined : new Set(partitions)
  return [...filesOf(manifest, table, wanted), ...(table === 'features' ? filesOf(manifest, 'replayed', wanted) : [])]
}

/** Ranges of the same partition of the log as one. */
export function mergedRanges(ranges: readonly LogRange[]): LogRange[] {
  return [...Map.groupBy(ranges, ({ partition }) => partition)].map(([partition, each]) => ({
    partition,
    first: Math.min(...each.map(({ first }) => first)),
    end: Math.max(...each.map(({ end }) => end)),
    records: each.reduce((total, { records }) => total + records, 0),
  }))
}

function changes(files: readonly Pick<LakeFile, 'table' | 'partition'>[], version: number): Record<string, number> {
  return Object.fromEntries(files.map(({ table, partition }) => [`${table}/${partition}`, version]))
}
