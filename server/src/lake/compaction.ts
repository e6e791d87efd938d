import { type Clock, hourMs } from '../clock.ts'
import type { Topic } from '../ports/event-log.ts'
import { topics } from '../ports/event-log.ts'
import type { Lake, LakeFile, Manifest } from '../ports/lake.ts'
import { type LakeDatabase, quoted } from './database.ts'
import { parquetOptions, putFiles, type WrittenFile } from './file-writer.ts'
import { hourOf, logTableOf, parquetSql } from './lake-tables.ts'
import { checkFence, commitChange, mergedRanges, withFiles, withoutFiles } from './manifest-changes.ts'

/** An hour that goes on is compacted when it has so many files; one that has ended, when it has more than one. */
const mostFiles = 8
/** An hour counts as ended so long after its end, in ms: late events come in the meantime. */
const settledMs = hourMs
/** Partitions that one call compacts: it is not to hold up what is to be written. */
const partitionsATime = 16

/** Makes one file of the many of a partition, behind one commit. The rows stay as they are. Returns how many files are gone. */
export async function compact(database: LakeDatabase, lake: Lake, clock: Clock, fence: number, nameOf: () => string): Promise<number> {
  const before = await lake.manifest()
  const groups = worthCompacting(before, clock.now()).slice(0, partitionsATime)
  if (groups.length === 0) return 0
  const written: WrittenFile[] = []
  for (const files of groups) written.push(await merged(database, lake, files, nameOf()))
  const added = await putFiles(lake, written)
  const gone = groups.flat()
  await commitChange(lake, clock, (current, version) => {
    checkFence(current, fence)
    const { changed } = current
    return { ...withFiles(withoutFiles(current, version, gone, clock.now()), version, added), changed }
  })
  return gone.length - added.length
}

/** The files of each partition that has too many, those with the most first. */
function worthCompacting(manifest: Manifest, nowMs: number): LakeFile[][] {
  const files = manifest.files.filter(({ table }) => (topics as readonly string[]).includes(table))
  return [...Map.groupBy(files, ({ table, partition }) => `${table}/${partition}`).values()]
    .filter((each) => each.length >= mostFiles || (each.length > 1 && (hourOf(each[0]!.partition)! + 1) * hourMs + settledMs < nowMs))
    .sort((a, b) => b.length - a.length)
}

async function merged(database: LakeDatabase, lake: Lake, files: readonly LakeFile[], name: string): Promise<WrittenFile> {
  const { table, partition } = files[0]!
  const scratch = lake.scratch(name)
  const from = parquetSql(files.map(({ path }) => lake.location(path)))
  await database.run(`COPY (SELECT * FROM ${from} ORDER BY ${logTableOf[table as Topic].orderSql}) TO ${quoted(scratch)} ${parquetOptions}`)
  const rows = await database.number(`SELECT sum(num_rows) FROM parquet_file_metadata(${quoted(scratch)})`)
  const expected = files.reduce((total, each) => total + each.rows, 0)
  if (rows !== expected) throw new Error(`${rows} rows came of ${expected} in ${table}/${partition}`)
  return {
    scratch,
    path: `${table}/${partition}/${name}`,
    table,
    partition,
    rows,
    minMs: Math.min(...files.map(({ minMs }) => minMs)),
    maxMs: Math.max(...files.map(({ maxMs }) => maxMs)),
    minAcceptedMs: Math.min(...files.map(({ minAcceptedMs }) => minAcceptedMs)),
    maxAcceptedMs: Math.max(...files.map(({ maxAcceptedMs }) => maxAcceptedMs)),
    log: mergedRanges(files.flatMap(({ log }) => log)),
  }
}
