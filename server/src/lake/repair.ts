import { type Clock, hourMs } from '../clock.ts'
import type { EventLog, Extent, Topic } from '../ports/event-log.ts'
import { topics } from '../ports/event-log.ts'
import type { Lake, LakeFile, Trouble } from '../ports/lake.ts'
import { LakeDatabase } from './database.ts'
import { Duplicates } from './duplicates.ts'
import { putFiles, type WrittenFile, writeFiles } from './file-writer.ts'
import { parquetSql, partitionOf } from './lake-tables.ts'
import type { LakeWriterOptions } from './lake-writer.ts'
import { checkFence, commitChange, withChanged, withFiles, withoutFiles } from './manifest-changes.ts'
import { Staging, stagedTable } from './staging.ts'
import { filesFound, verify } from './verify.ts'

type Hole = Extract<Trouble, { kind: 'hole' }>

export interface Repaired {
  /** Broken files whose records are in others now; what was made from other tables is to be made again. */
  readonly replaced: readonly string[]
  /** Broken files that stay as they are, because the log has let go of their records. */
  readonly lost: readonly string[]
  /** Holes that the log could fill after all. */
  readonly filled: readonly Hole[]
}

/** What is read from the log again: records of these partitions of the lake, and of these offsets. */
interface Wanted {
  readonly files: readonly LakeFile[]
  readonly holes: readonly Hole[]
}

/** The last time that a partition can name, in ms since 1970. */
const lastMs = 253_402_300_799_999

/**
 * Makes what is missing or damaged again from the log, as far back as that goes, behind one commit. It takes the lake over
 * from whoever writes to it.
 */
export async function repair(lake: Lake, log: EventLog, clock: Clock, options: LakeWriterOptions, signal: AbortSignal): Promise<Repaired> {
  const manifest = await commitChange(lake, clock, (current, version) => ({ ...current, fence: version }))
  const database = await LakeDatabase.open({ memoryMb: options.memoryMb, tempFolder: lake.scratch('repair'), signal })
  try {
    const broken = filesFound(manifest, await verify(lake, database, signal))
    const wanted = inLog(broken, manifest.troubles, await log.extents())
    const staging = new Staging(database)
    await readAgain(log, staging, wanted, signal)
    staging.finish()
    const whole = manifest.files.filter((file) => !broken.includes(file))
    const nameOf = names(manifest.fence)
    const written: WrittenFile[] = []
    for (const topic of staging.topics) written.push(...(await missing(database, lake, topic, whole, options.rememberHours, nameOf)))
    const files = await putFiles(lake, written)
    await commitChange(lake, clock, (current, version) => {
      checkFence(current, manifest.fence)
      const others = withChanged(withoutFiles(current, version, wanted.files, clock.now()), version, wanted.files.map(source))
      return { ...withFiles(others, version, files), troubles: current.troubles.filter((trouble) => !isOne(trouble, wanted.holes)) }
    })
    return {
      replaced: wanted.files.map(({ path }) => path),
      lost: broken.filter((file) => !wanted.files.includes(file)).map(({ path }) => path),
      filled: wanted.holes,
    }
  } finally {
    database.close()
  }
}

/** A partition is made again as a whole: the log must have the records of all its broken files. */
function inLog(broken: readonly LakeFile[], troubles: readonly Trouble[], extents: readonly Extent[]): Wanted {
  const has = (topic: string, partition: number, first: number, end: number) =>
    extents.some((extent) => extent.topic === topic && extent.partition === partition && extent.first <= first && extent.end >= end)
  const partitions = [...Map.groupBy(broken, nameOfPartition).values()]
  return {
    files: partitions
      .filter((files) => files.every(({ table, log }) => log.every(({ partition, first, end }) => has(table, partition, first, end))))
      .flat(),
    holes: troubles.filter(
      (trouble): trouble is Hole => trouble.kind === 'hole' && has(trouble.topic, trouble.partition, trouble.first, trouble.end),
    ),
  }
}

async function readAgain(log: EventLog, staging: Staging, { files, holes }: Wanted, signal: AbortSignal): Promise<void> {
  const partitions = new Set(files.map(nameOfPartition))
  for (const topic of topics) {
    const ranges = files.filter(({ table }) => table === topic).flatMap((file) => file.log)
    const gaps = holes.filter((hole) => hole.topic === topic)
    for (const [partition, each] of Map.groupBy([...ranges, ...gaps], ({ partition }) => partition)) {
      const offset = each.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY)
      const end = each.reduce((most, range) => Math.max(most, range.end), 0)
      const isGap = (at: number) => gaps.some((gap) => gap.partition === partition && gap.first <= at && at < gap.end)
      for await (const records of log.read({ topic, partition, offset }, signal)) {
        const found = records.filter((record) => {
          if (record.offset >= end) return false
          const hour = Math.floor(Math.min(Math.max(record.timeMs, 0), lastMs) / hourMs)
          return partitions.has(`${topic}/${partitionOf(hour)}`) || isGap(record.offset)
        })
        await staging.add(topic, found)
        if (records.at(-1)!.offset >= end - 1) break
      }
      signal.throwIfAborted()
    }
  }
}

/** Files of those staged records that the whole files have not. */
async function missing(
  database: LakeDatabase,
  lake: Lake,
  topic: Topic,
  whole: readonly LakeFile[],
  rememberHours: number,
  nameOf: () => string,
): Promise<WrittenFile[]> {
  const location = (path: string) => lake.location(path)
  const files = whole.filter(({ table }) => table === topic)
  if (files.length > 0) {
    const stored = parquetSql(files.map(({ path }) => location(path)))
    await database.run(
      `DELETE FROM ${stagedTable(topic)} WHERE (log_partition, log_offset) IN (SELECT (log_partition, log_offset) FROM ${stored})`,
    )
  }
  await new Duplicates(database, location, rememberHours).drop(topic, files)
  return writeFiles(database, lake, topic, stagedTable(topic), nameOf)
}

function names(fence: number): () => string {
  let named = 0
  return () => `${String(fence).padStart(10, '0')}-${String(named++).padStart(6, '0')}.parquet`
}

const nameOfPartition = ({ table, partition }: Pick<LakeFile, 'table' | 'partition'>) => `${table}/${partition}`

/** What has to change for a file to be made again: samples are made from what was served. */
const source = ({ table, partition }: LakeFile) => ({ table: table === 'samples' ? ('served' as const) : table, partition })

const isOne = (trouble: Trouble, holes: readonly Hole[]) =>
  trouble.kind === 'hole' &&
  holes.some(({ topic, partition, first }) => topic === trouble.topic && partition === trouble.partition && first === trouble.first)
