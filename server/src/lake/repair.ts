import { type Clock, hourMs } from '../clock.ts'
import { Unavailable } from '../errors.ts'
import type { EventLog, Extent, Topic } from '../ports/event-log.ts'
import { topics } from '../ports/event-log.ts'
import type { Lake, LakeFile, Trouble } from '../ports/lake.ts'
import { LakeDatabase } from './database.ts'
import { Duplicates } from './duplicates.ts'
import { putFiles, type WrittenFile } from './file-writer.ts'
import { lastTimeMs, parquetSql, partitionOf } from './lake-tables.ts'
import type { LakeWriterOptions } from './lake-writer.ts'
import { checkFence, commitChange, withChanged, withFiles, withoutFiles } from './manifest-changes.ts'
import { addTo, type Offsets, union } from './offsets.ts'
import { packed } from './record-packet.ts'
import { stagedTable } from './staged-topic.ts'
import { Staging } from './staging.ts'
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

/**
 * Makes what is missing or damaged again from the log, as far back as that goes, behind one commit. It takes the lake over
 * from whoever writes to it.
 */
export async function repair(lake: Lake, log: EventLog, clock: Clock, options: LakeWriterOptions, signal: AbortSignal): Promise<Repaired> {
  const manifest = await commitChange(lake, clock, (current, version) => ({ ...current, fence: version }))
  const database = await LakeDatabase.open({ lake, memoryMb: options.memoryMb, tempFolder: lake.scratch('repair'), signal })
  try {
    const broken = filesFound(manifest, await verify(lake, database, signal))
    const wanted = inLog(broken, manifest.troubles, await log.extents())
    const staging = new Staging(database, lake, names(manifest.fence))
    await readAgain(log, staging, wanted, signal)
    const whole = manifest.files.filter((file) => !broken.includes(file))
    const written: WrittenFile[] = []
    for (const [topic, staged] of staging.topics) {
      await staged.write()
      const files = whole.filter(({ table }) => table === topic)
      written.push(...(await staged.without(await notMissing(database, lake, topic, files, options.rememberHours))))
    }
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
      let next = offset
      for await (const records of log.read({ topic, partition, offset }, signal)) {
        const found = records.filter((record) => {
          if (record.offset >= end) return false
          const hour = Math.floor(Math.min(Math.max(record.timeMs, 0), lastTimeMs) / hourMs)
          return partitions.has(`${topic}/${partitionOf(hour)}`) || isGap(record.offset)
        })
        if (found.length > 0) staging.add(packed(found))
        next = records.at(-1)!.offset + 1
        if (next >= end) break
      }
      signal.throwIfAborted()
      if (next < end) throw new Unavailable('LOG_CLOSED', 'the log was closed while it was read')
    }
  }
}

/** The staged records that the whole files have, or that are duplicates of others. */
async function notMissing(
  database: LakeDatabase,
  lake: Lake,
  topic: Topic,
  files: readonly LakeFile[],
  rememberHours: number,
): Promise<Offsets> {
  const location = (path: string) => lake.location(path)
  const present = new Map<number, Set<number>>()
  if (files.length > 0) {
    const stored = parquetSql(files.map(({ path }) => location(path)))
    const isStored = `(log_partition, log_offset) IN (SELECT (log_partition, log_offset) FROM ${stored})`
    const rows = await database.rows(`DELETE FROM ${stagedTable(topic)} WHERE ${isStored} RETURNING log_partition, log_offset`)
    for (const [partition, offset] of rows) addTo(present, Number(partition), Number(offset))
  }
  return union([present, await new Duplicates(database, location, rememberHours).find(topic, files)])
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
