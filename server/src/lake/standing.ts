import type { Extent } from '../ports/event-log.ts'
import type { Lake, LakeFile, LakeTable, Manifest } from '../ports/lake.ts'
import { Turns } from '../turns.ts'

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

/** The lake of a year has tens of thousands of files: nobody else waits until all are counted. */
const turns = new Turns(2)
/** Files that are counted without looking at the clock. */
const atATime = 512

/** Calls with each of the files, in their order. */
export async function eachFile(files: readonly LakeFile[], use: (file: LakeFile) => void): Promise<void> {
  for (let at = 0; at < files.length; at++) {
    if (at % atATime === 0) await turns.wait()
    use(files[at]!)
  }
}

export async function standing({ files, reached }: Manifest, extents: readonly Extent[]): Promise<TableStanding[]> {
  const tables = new Map<LakeTable, { partitions: Set<string>; files: number; rows: number; bytes: number }>()
  const tableOf = (table: LakeTable) => {
    const known = tables.get(table) ?? { partitions: new Set(), files: 0, rows: 0, bytes: 0 }
    tables.set(table, known)
    return known
  }
  for (const { topic } of extents) tableOf(topic)
  await eachFile(files, ({ bytes, partition, rows, table }) => {
    const own = tableOf(table)
    own.partitions.add(partition)
    own.files++
    own.rows += rows
    own.bytes += bytes
  })
  return Array.from(tables, ([table, own]) => {
    const behind = extents
      .filter(({ topic }) => topic === table)
      .map(({ partition, first, end }) => {
        const at = reached.find((each) => each.topic === table && each.partition === partition)?.end ?? 0
        return Math.max(0, end - Math.max(first, at))
      })
    return {
      table,
      ...own,
      partitions: own.partitions.size,
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
