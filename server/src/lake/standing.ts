import type { Extent } from '../ports/event-log.ts'
import type { Lake, LakeTable, Manifest } from '../ports/lake.ts'

/** What a table of the lake has, and how far it is behind the log. */
export interface TableStanding {
  readonly table: LakeTable
  readonly partitions: number
  readonly files: number
  readonly rows: number
  readonly bytes: number
  /** Records of the log that are not in it yet. */
  readonly behind: number
  /** Records that were left out because they were there before. */
  readonly duplicates: number
}

export function standing(manifest: Manifest, extents: readonly Extent[]): TableStanding[] {
  const { files, reached } = manifest
  const byTable = Map.groupBy(files, ({ table }) => table)
  const tables = new Set<LakeTable>([...extents.map(({ topic }) => topic), ...byTable.keys()])
  return [...tables].map((table) => {
    const own = byTable.get(table) ?? []
    const behind = extents
      .filter(({ topic }) => topic === table)
      .map(({ partition, first, end }) => {
        const at = reached.find((each) => each.topic === table && each.partition === partition)?.end ?? 0
        return Math.max(0, end - Math.max(first, at))
      })
    return {
      table,
      partitions: new Set(own.map(({ partition }) => partition)).size,
      files: own.length,
      rows: sum(own.map(({ rows }) => rows)),
      bytes: sum(own.map(({ bytes }) => bytes)),
      behind: sum(behind),
      duplicates: sum(reached.filter(({ topic }) => topic === table).map(({ duplicates }) => duplicates)),
    }
  })
}

/** When the newest record of a table that is in the lake was made, in ms since 1970; undefined where there is none. */
export function newestMs({ files }: Pick<Manifest, 'files'>, table: LakeTable): number | undefined {
  const newest = files.reduce((most, file) => (file.table === table ? Math.max(most, file.maxMs) : most), -1)
  return newest < 0 ? undefined : newest
}

export interface BrokenFile {
  readonly path: string
  readonly why: 'missing' | 'damaged'
}

/** The files that are not what the manifest says they are, by their digests. */
export async function brokenFiles(lake: Lake, signal: AbortSignal): Promise<BrokenFile[]> {
  const pin = await lake.pin()
  try {
    const broken: BrokenFile[] = []
    for (const { path, sha256 } of pin.manifest.files) {
      signal.throwIfAborted()
      const found = await lake.inspect(path)
      if (found?.sha256 !== sha256) broken.push({ path, why: found === undefined ? 'missing' : 'damaged' })
    }
    return broken
  } finally {
    await pin.release()
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
