import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { LakeDatabase } from '../lake/database.ts'
import { logTableOf, parquetSql } from '../lake/lake-tables.ts'
import { filesOf } from '../lake/manifest-changes.ts'
import { recordRows, withLaterColumns } from '../lake/record-rows.ts'
import { recordsOf, replay } from '../lake/replay.ts'
import type { Extent, StoredRecord, Topic } from '../ports/event-log.ts'
import type { Lake, Manifest } from '../ports/lake.ts'

export interface Recorded {
  readonly records: readonly StoredRecord[]
  /** Whether the log, too, still has them. */
  readonly isInLog: boolean
}

/** Offsets of a partition from `first` up to, not including, `end`. */
interface Range {
  readonly partition: number
  readonly first: number
  readonly end: number
}

/**
 * All records of a topic that are in a lake, each once: first those that the log has let go of, then the others. Those of
 * a partition are in its order; several partitions take turns as their records were accepted. The same lake and log always
 * give the same sequence.
 */
export async function* recorded(
  lake: Lake,
  topic: Topic,
  extents: readonly Extent[],
  memoryMb: number,
  signal: AbortSignal,
): AsyncGenerator<Recorded> {
  const ranges = (await lake.manifest()).reached
    .filter((each) => each.topic === topic)
    .map(({ end, first, partition }) => {
      const kept = extents.find((each) => each.topic === topic && each.partition === partition)?.first ?? first
      return { partition, first, kept: Math.min(Math.max(kept, first), end), end }
    })
  const read = (some: readonly Range[]) =>
    inOrder(
      lake,
      topic,
      some.filter(({ end, first }) => first < end),
      memoryMb,
      signal,
    )
  for await (const records of read(ranges.map(({ first, kept, partition }) => ({ partition, first, end: kept })))) {
    yield { records, isInLog: false }
  }
  for await (const records of read(ranges.map(({ end, kept, partition }) => ({ partition, first: kept, end })))) {
    yield { records, isInLog: true }
  }
}

/** How many records of a topic a lake has. */
export function recordsIn({ files }: Pick<Manifest, 'files'>, topic: Topic): number {
  const ranges = files.filter(({ table }) => table === topic).flatMap(({ log }) => log)
  return ranges.reduce((total, { records }) => total + records, 0)
}

async function* inOrder(
  lake: Lake,
  topic: Topic,
  ranges: readonly Range[],
  memoryMb: number,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredRecord[]> {
  const options = { memoryMb, tempFolder: lake.scratch(`migration-${randomUUID()}`) }
  const [only] = ranges
  if (only === undefined) return
  if (ranges.length > 1) {
    yield* interleaved(lake, topic, ranges, options, signal)
    return
  }
  for await (const records of replay(lake, { topic, partition: only.partition, offset: only.first }, options, signal)) {
    if (records.at(-1)!.offset < only.end) yield records
    else {
      yield records.filter(({ offset }) => offset < only.end)
      return
    }
  }
}

/** Each file is read once, however many partitions it has records of; what does not fit into memory is sorted on disk. */
async function* interleaved(
  lake: Lake,
  topic: Topic,
  ranges: readonly Range[],
  options: { readonly memoryMb: number; readonly tempFolder: string },
  signal: AbortSignal,
): AsyncGenerator<readonly StoredRecord[]> {
  const pin = await lake.pin()
  const database = await LakeDatabase.open({ ...options, lake, signal })
  try {
    const columns = recordRows[topic].columns.map(({ name }) => name).join(', ')
    const files = filesOf(pin.manifest, topic).map(({ path }) => lake.location(path))
    const wanted = ranges.map(
      ({ end, first, partition }) => `(log_partition = ${partition} AND log_offset >= ${first} AND log_offset < ${end})`,
    )
    // A record that was accepted before its predecessor waits for it.
    const accepted = `max(${logTableOf[topic].acceptedSql}) OVER (PARTITION BY log_partition ORDER BY log_offset)`
    const sql = `SELECT ${columns} FROM (
        SELECT ${columns}, ${accepted} AS accepted FROM ${withLaterColumns(topic, parquetSql(files))} WHERE ${wanted.join(' OR ')})
      ORDER BY accepted, log_partition, log_offset${topic === 'served' ? ', item_index' : ''}`
    yield* recordsOf(topic, database.pieces(sql))
  } finally {
    database.close()
    await rm(options.tempFolder, { recursive: true, force: true })
    await pin.release()
  }
}
