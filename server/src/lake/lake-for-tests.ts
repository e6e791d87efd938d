import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSqliteEventLog } from '../adapters/embedded/sqlite-event-log.ts'
import { type LakePlace, lakeOpener, type StorePlace } from '../adapters/lake-place.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { EventLog, StoredRecord, Topic } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import { seededRandom } from '../random.ts'
import { LakeDatabase } from './database.ts'
import { LakeWriter } from './lake-writer.ts'
import { replay } from './replay.ts'
import { LakeSink } from './sink.ts'

export const writerOptions = { rememberHours: 73, memoryMb: 256, graceMs: 0 }

export interface LogAndLake {
  readonly log: EventLog
  readonly lake: Lake
  readonly sink: LakeSink
  close(): Promise<void>
}

/** Where the lake of a test lies: in the test's folder, or in an object store where LAKE_FOR_TESTS says which (see s3-lake-life.engines.test.ts). */
export function lakeForTests(folder: string): LakePlace {
  const { LAKE_FOR_TESTS: store } = process.env
  if (store === undefined) return { folder }
  const { s3, url } = JSON.parse(store) as StorePlace
  return { s3, url: `${url}/${createHash('sha256').update(folder).digest('hex')}`, scratch: join(folder, 'scratch') }
}

export const openLakeForTests = (folder: string, clock: Clock = systemClock): Promise<Lake> => lakeOpener(lakeForTests(folder), clock)()

/** Puts a text where a file is or is not. */
export async function putText(lake: Lake, path: string, text: string): Promise<void> {
  const scratch = lake.scratch('text')
  await writeFile(scratch, text)
  await lake.put([{ scratch, path }])
}

/** A log and a lake in a folder, and the sink between them, which commits often. */
export async function openLogAndLake(folder: string, onError: (error: unknown) => void): Promise<LogAndLake> {
  const log = await openSqliteEventLog({ file: join(folder, 'log.sqlite') })
  const lake = await openLakeForTests(join(folder, 'lake'))
  const openWriter = () => LakeWriter.open(lake, systemClock, writerOptions)
  const sink = new LakeSink({
    log,
    openWriter,
    limits: { maxRecords: 300, maxBytes: 2 ** 20, maxAgeMs: 20 },
    clock: systemClock,
    random: seededRandom(1, 2, 3, 4),
    onError,
  })
  sink.start()
  return {
    log,
    lake,
    sink,
    async close() {
      await sink.close()
      await lake.close()
      await log.close()
    },
  }
}

export async function withDatabase<Result>(lake: Lake, work: (database: LakeDatabase) => Promise<Result>): Promise<Result> {
  const database = await LakeDatabase.open({ lake, memoryMb: 256, tempFolder: lake.scratch('reading') })
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

/** All records of a topic that the lake holds. */
export async function recordsInLake(lake: Lake, topic: Topic, offset = 0): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  const options = { memoryMb: 256, tempFolder: lake.scratch('replaying') }
  for await (const records of replay(lake, { topic, partition: 0, offset }, options, AbortSignal.timeout(30_000))) found.push(...records)
  return found
}

/** All records of a topic that the log holds, without those whose bytes were there before. */
export async function recordsInLog(log: EventLog, topic: Topic): Promise<StoredRecord[]> {
  const { end } = (await log.extents()).find((extent) => extent.topic === topic)!
  const found = new Map<string, StoredRecord>()
  if (end === 0) return []
  for await (const records of log.read({ topic, partition: 0, offset: 0 }, AbortSignal.timeout(30_000))) {
    for (const record of records) {
      const bytes = Buffer.from(record.value).toString('base64')
      if (!found.has(bytes)) found.set(bytes, { ...record, value: new Uint8Array(record.value) })
    }
    if (records.at(-1)!.offset === end - 1) break
  }
  return [...found.values()]
}
