import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { LakeDatabase, quoted } from '../lake/database.ts'
import { type DerivedPartition, replacePartitions } from '../lake/derived-table.ts'
import { parquetOptions } from '../lake/file-writer.ts'
import { filesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import { hoursAround } from './hours-around.ts'
import { hoursToJoin, isBehind, type Reading } from './hours-to-join.ts'
import { labelJoinSql, reachHours } from './label-join.ts'
import { sampleColumns } from './sample-columns.ts'
import { zoneStretches, zonesSql } from './time-zones.ts'

export interface JoinOptions {
  readonly lake: Lake
  readonly clock: Clock
  /** How old accepted events may be, in hours. */
  readonly horizonHours: number
  /** Memory of DuckDB, in MiB. */
  readonly memoryMb: number
  /** Rows of `served` that are joined at a time, which bounds memory and the work that a stop loses. Default: 500,000. */
  readonly rowsAtATime?: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: JoinProgress) => void
}

export interface JoinProgress {
  readonly hoursDone: number
  readonly hoursTotal: number
}

export interface Joined {
  readonly hours: number
  readonly samples: number
}

/**
 * Brings the table `samples` up to date: joins the hours again of which something has changed, and replaces their samples
 * behind the manifest. A run that is stopped has kept what it has replaced; the next one goes on. May run beside another
 * and beside the lake's writer. Rejects with `LAKE_FENCED` where another writer has taken over meanwhile: run it again.
 */
export async function joinSamples(options: JoinOptions): Promise<Joined> {
  const { lake, memoryMb, rowsAtATime = 500_000, signal, onProgress } = options
  const scratch = lake.scratch(`samples-${randomUUID()}`)
  const pin = await lake.pin()
  try {
    const database = await LakeDatabase.open({ lake, memoryMb, tempFolder: scratch, signal })
    try {
      const reading: Reading = { lake, manifest: pin.manifest, database }
      const hours = await hoursToJoin(reading, options.horizonHours)
      let done = 0
      let samples = 0
      for (const batch of batches(hours, rowsAtATime, pin.manifest)) {
        onProgress?.({ hoursDone: done, hoursTotal: hours.length })
        const partitions = await joinHours(reading, batch, options, scratch)
        done += batch.length
        samples += partitions.reduce((total, { written }) => total + (written?.rows ?? 0), 0)
        await replacePartitions(lake, options.clock, 'samples', partitions, madeFrom(pin.manifest, done === hours.length))
      }
      if (hours.length === 0 && isBehind(pin.manifest)) await replacePartitions(lake, options.clock, 'samples', [], pin.manifest)
      onProgress?.({ hoursDone: done, hoursTotal: hours.length })
      return { hours: hours.length, samples }
    } finally {
      database.close()
    }
  } finally {
    await pin.release()
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Not before its end has a run made the samples of this version. */
const madeFrom = (manifest: Manifest, isEnd: boolean): Manifest =>
  isEnd ? manifest : { ...manifest, version: manifest.derived.samples ?? 0 }

/** Hours that are joined together, in order. */
function* batches(hours: readonly string[], rowsAtATime: number, manifest: Manifest): Generator<string[]> {
  const rows = new Map<string, number>()
  for (const file of filesOf(manifest, 'served')) rows.set(file.partition, (rows.get(file.partition) ?? 0) + file.rows)
  let batch: string[] = []
  let size = 0
  for (const hour of hours) {
    const more = rows.get(hour) ?? 0
    if (batch.length > 0 && size + more > rowsAtATime) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(hour)
    size += more
  }
  if (batch.length > 0) yield batch
}

async function joinHours(
  { lake, manifest, database }: Reading,
  hours: readonly string[],
  { clock, horizonHours }: JoinOptions,
  scratch: string,
): Promise<DerivedPartition[]> {
  for (const [table, partitions] of [
    ['served', hours],
    ['events', hoursAround(hours, reachHours(horizonHours))],
  ] as const) {
    const rows = rowsSql(table, filesOf(manifest, table, partitions), (path) => lake.location(path))
    await database.run(`CREATE OR REPLACE TEMP VIEW ${table} AS FROM ${rows}`)
  }
  await database.run(`CREATE OR REPLACE TEMP VIEW zones AS ${await zonesOfServed(database)}`)
  const joined = labelJoinSql({ joinedAtMs: clock.now(), horizonHours, version: manifest.version })
  const columns = sampleColumns.map(({ name, type }) => `CAST(${name} AS ${type}) AS ${name}`)
  await database.run(`CREATE OR REPLACE TEMP TABLE joined AS SELECT date, hour, ${columns.join(', ')} FROM (${joined})
    ORDER BY date, hour, person, time_ms, slate_id, item_index`)
  const partitions: DerivedPartition[] = []
  for (const partition of hours) partitions.push(await writeHour(database, partition, join(scratch, `${partitions.length}.parquet`)))
  return partitions
}

async function writeHour(database: LakeDatabase, partition: string, file: string): Promise<DerivedPartition> {
  const [, date, hour] = /^date=(.*)\/hour=(.*)$/.exec(partition)!
  const ofHour = `FROM joined WHERE date = '${date}' AND hour = '${hour}'`
  const [found] = await database.rows(`SELECT count(*)::DOUBLE, min(time_ms)::DOUBLE, max(time_ms)::DOUBLE ${ofHour}`)
  const [rows, minMs, maxMs] = found as [number, number, number]
  if (rows === 0) return { partition, written: undefined }
  await database.run(`COPY (SELECT * EXCLUDE (date, hour) ${ofHour}) TO ${quoted(file)} ${parquetOptions}`)
  return { partition, written: { scratch: file, rows, minMs, maxMs } }
}

async function zonesOfServed(database: LakeDatabase): Promise<string> {
  const rows = await database.rows('SELECT DISTINCT time_zone FROM served WHERE time_zone IS NOT NULL ORDER BY time_zone')
  const [[fromMs, toMs]] = (await database.rows('SELECT min(time_ms)::DOUBLE, max(time_ms)::DOUBLE FROM served')) as [[number, number]]
  const zones = rows.map(([zone]) => zone as string)
  return zonesSql(zones.length === 0 ? [] : zoneStretches(zones, fromMs, toMs + 1))
}
