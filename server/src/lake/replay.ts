import { rm } from 'node:fs/promises'
import type { EventLog, Place, StoredRecord, Topic } from '../ports/event-log.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import { LakeDatabase, type LakeDatabaseOptions } from './database.ts'
import type { Row } from './kinds.ts'
import { parquetSql } from './lake-tables.ts'
import { filesOf } from './manifest-changes.ts'
import { recordRows, withLaterColumns } from './record-rows.ts'

/** Offsets that are sorted at a time: fewer of vectors, whose rows are long. */
const windowOffsets = (topic: Topic) => (topic === 'features' ? 20_000 : 200_000)
const recordsABatch = 1_000

export type ReplayOptions = Omit<LakeDatabaseOptions, 'lake' | 'signal'>

/** The records of a partition of the log that are in the lake, from a place on, in the log's order. Duplicates are left out. The folder for what does not fit into memory is deleted in the end. */
export async function* replay(
  lake: Lake,
  from: Place,
  options: ReplayOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredRecord[]> {
  const pin = await lake.pin()
  const database = await LakeDatabase.open({ ...options, lake, signal })
  try {
    const end = endOf(pin.manifest, from)
    const step = windowOffsets(from.topic)
    for (let offset = from.offset; offset < end; offset += step) {
      yield* windowOf(database, lake, pin.manifest, { ...from, offset }, Math.min(end, offset + step))
    }
  } finally {
    database.close()
    await rm(options.tempFolder, { recursive: true, force: true })
    await pin.release()
  }
}

/** The records of a partition from a place on: from the lake what the log has let go of, then from the log, until the signal aborts. */
export async function* readFromBeginning(
  lake: Lake,
  log: EventLog,
  from: Place,
  options: ReplayOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredRecord[]> {
  let next = from
  // While the lake was read the log may have let go of more, which then is in the lake.
  while (next.offset < (await firstOf(log, next))) {
    const end = endOf(await lake.manifest(), next)
    if (end <= next.offset) break
    for await (const records of replay(lake, next, options, signal)) yield records.filter(({ offset }) => offset < end)
    next = { ...next, offset: end }
  }
  yield* log.read(next, signal)
}

async function firstOf(log: EventLog, { topic, partition }: Place): Promise<number> {
  return (await log.extents()).find((each) => each.topic === topic && each.partition === partition)?.first ?? 0
}

function endOf({ reached }: Manifest, { topic, partition }: Place): number {
  return reached.find((each) => each.topic === topic && each.partition === partition)?.end ?? 0
}

async function* windowOf(
  database: LakeDatabase,
  lake: Lake,
  manifest: Manifest,
  { topic, partition, offset }: Place,
  end: number,
): AsyncGenerator<readonly StoredRecord[]> {
  const { columns } = recordRows[topic]
  const files = filesOf(manifest, topic).filter(({ log }) =>
    log.some((range) => range.partition === partition && range.end > offset && range.first < end),
  )
  if (files.length === 0) return
  yield* recordsOf(
    topic,
    database.pieces(`SELECT ${columns.map(({ name }) => name).join(', ')}
    FROM ${withLaterColumns(topic, parquetSql(files.map(({ path }) => lake.location(path))))}
    WHERE log_partition = ${partition} AND log_offset >= ${offset} AND log_offset < ${end}
    ORDER BY log_offset${topic === 'served' ? ', item_index' : ''}`),
  )
}

/** The records of a topic's rows, of which those of a record follow each other. */
export async function* recordsOf(topic: Topic, pieces: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly StoredRecord[]> {
  const { columns, recordOf } = recordRows[topic]
  const [partitionAt, offsetAt] = ['log_partition', 'log_offset'].map((column) => columns.findIndex(({ name }) => name === column))
  let ofRecord: Row[] = []
  let batch: StoredRecord[] = []
  for await (const piece of pieces) {
    for (const row of piece) {
      const [first] = ofRecord
      if (first !== undefined && (first[offsetAt!] !== row[offsetAt!] || first[partitionAt!] !== row[partitionAt!])) {
        batch.push(recordOf(ofRecord))
        ofRecord = []
      }
      ofRecord.push(row)
    }
    if (batch.length < recordsABatch) continue
    yield batch
    batch = []
  }
  if (ofRecord.length > 0) batch.push(recordOf(ofRecord))
  if (batch.length > 0) yield batch
}
