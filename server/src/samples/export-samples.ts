import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Clock, dayMs } from '../clock.ts'
import { type FeatureSet, featureSetId } from '../features/vector/feature-set.ts'
import { LakeDatabase, quoted } from '../lake/database.ts'
import { parquetOptions } from '../lake/file-writer.ts'
import { isSettled } from '../lake/lake-tables.ts'
import { filesOf, shownFilesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Lake, LakeFile, Manifest } from '../ports/lake.ts'
import { exportFacts } from './export-facts.ts'
import { checkFolder, durable, manifestName, replaceFolder } from './export-folder.ts'
import { type ExportedDay, type ExportManifest, exportColumns, type LeftOut, recentVideos } from './export-manifest.ts'
import { type FeatureColumn, featureColumns } from './feature-columns.ts'
import type { VectorFiles } from './replay/replay-features.ts'
import { velocityColumns, velocitySql } from './velocity-columns.ts'

export interface ExportOptions {
  readonly lake: Lake
  readonly clock: Clock
  /** The folder to make. One with an earlier export is replaced. */
  readonly out: string
  readonly featureSet: FeatureSet
  /** Vectors as of another time than that of their page; without it those that were logged or replayed. */
  readonly frozen?: { readonly as: string; readonly files: readonly VectorFiles[] }
  /** Partitions (`date=…/hour=…`) that may not be trained on. */
  readonly failedPartitions: ReadonlySet<string>
  /** When they were found out, in ms since 1970: what had not settled by then was not judged, and is not trained on either. */
  readonly judgedMs: number
  /** Memory of DuckDB, in MiB. */
  readonly memoryMb: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: ExportProgress) => void
}

export interface ExportProgress {
  readonly phase: 'features' | 'days'
  readonly done: number
  /** Undefined where it is not known before the end. */
  readonly total: number | undefined
}

/**
 * Writes all samples that may be trained on as Parquet, a file a day (UTC) with a column a feature, and `manifest.json`.
 * The folder is there when all of it is, or it stays as it was. Rejects with `EXPORT_FOLDER_TAKEN` where there is
 * something else.
 */
export async function exportSamples(options: ExportOptions): Promise<ExportManifest> {
  const out = resolve(options.out)
  await checkFolder(out)
  const temporary = join(dirname(out), `.samples-${randomUUID()}`)
  await mkdir(temporary, { recursive: true })
  try {
    const manifest = await writeDays(temporary, options)
    await writeFile(join(temporary, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
    await durable(temporary)
    await replaceFolder(temporary, out)
    return manifest
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function writeDays(folder: string, options: ExportOptions): Promise<ExportManifest> {
  const { lake, clock, featureSet, frozen, failedPartitions, judgedMs, memoryMb, signal, onProgress } = options
  const columns = featureColumns(featureSet)
  const pin = await lake.pin()
  const scratch = join(folder, 'scratch')
  const database = await LakeDatabase.open({ lake, memoryMb, tempFolder: scratch, signal })
  try {
    const all = filesOf(pin.manifest, 'samples')
    const settled = all.filter(({ partition }) => isSettled(partition, judgedMs))
    const files = settled.filter(({ partition }) => !failedPartitions.has(partition))
    const days: ExportedDay[] = []
    const byDay = [...Map.groupBy(files, ({ partition }) => partition.split('/')[0]!)].sort(([a], [b]) => (a < b ? -1 : 1))
    const notSettled = rowsOf(all) - rowsOf(settled)
    const leftOut: LeftOut = { failed: failedOf(settled, failedPartitions), notSettled, notFinal: 0, otherFeatures: 0 }
    for (const [done, [day, ofDay]] of byDay.entries()) {
      onProgress?.({ phase: 'days', done, total: byDay.length })
      await database.run(`CREATE OR REPLACE TEMP VIEW samples AS FROM ${rowsSql('samples', ofDay, (path) => lake.location(path))}`)
      const vectors = frozen === undefined ? loggedSql(pin.manifest, lake, ofDay, featureSet) : frozenSql(frozen.files, dateOf(day))
      await database.run(`CREATE OR REPLACE TEMP VIEW vectors AS ${vectors}`)
      const [counts] = await database.rows('SELECT count(*) FILTER (WHERE is_final)::DOUBLE, count(*)::DOUBLE FROM samples')
      const [final, known] = counts as [number, number]
      const file = `${day}.parquet`
      const sql = selectSql(columns)
      const [[written]] = (await database.rows(
        `COPY (${sql} ORDER BY time_ms, sample_id) TO ${quoted(join(folder, file))} ${parquetOptions}`,
      )) as [[bigint]]
      const rows = Number(written)
      leftOut.notFinal += known - final
      leftOut.otherFeatures += final - rows
      if (rows === 0) {
        await rm(join(folder, file))
        continue
      }
      days.push({ date: dateOf(day), file, rows })
    }
    onProgress?.({ phase: 'days', done: byDay.length, total: byDay.length })
    const facts = await exportFacts(folder, database, lake, pin.manifest)
    return {
      format: 1,
      createdMs: clock.now(),
      lakeVersion: pin.manifest.version,
      featuresAsOf: frozen?.as ?? 'page',
      featureSet: featureSetId(featureSet),
      columns: exportColumns(columns),
      rows: days.reduce((total, { rows }) => total + rows, 0),
      days,
      ...facts,
      leftOut,
    }
  } finally {
    database.close()
    await rm(scratch, { recursive: true, force: true })
    await pin.release()
  }
}

const rowsOf = (files: readonly LakeFile[]) => files.reduce((total, { rows }) => total + rows, 0)
const dateOf = (day: string) => day.slice('date='.length)
const named = (name: string) => `"${name.replaceAll('"', '""')}"`

/** The vectors of this feature set that go with the samples in some files. */
function loggedSql(manifest: Manifest, lake: Lake, samples: readonly LakeFile[], featureSet: FeatureSet): string {
  const partitions = samples.map(({ partition }) => partition)
  const rows = rowsSql('features', shownFilesOf(manifest, 'features', partitions), (path) => lake.location(path))
  return `SELECT * FROM ${rows} WHERE feature_set = ${quoted(featureSetId(featureSet))}`
}

/** Those that were frozen within the day before the samples of a date, or on it. */
function frozenSql(files: readonly VectorFiles[], date: string): string {
  if (files.length === 0) return `SELECT ${noVectors} WHERE false`
  const startMs = Date.parse(`${date}T00:00:00Z`)
  const near = (side: keyof VectorFiles) =>
    `(SELECT * FROM read_parquet([${files.map((each) => quoted(each[side])).join(', ')}]) WHERE time_ms > ${startMs - dayMs} AND time_ms < ${startMs + dayMs})`
  return `SELECT slate_id, item_index, recent_videos, person_values, item_values FROM ${near('items')} JOIN ${near('people')} USING (request)`
}

const noVectors = `NULL::VARCHAR AS slate_id, NULL::INTEGER AS item_index, NULL::VARCHAR[] AS recent_videos,
  NULL::BIGINT[] AS person_values, NULL::BIGINT[] AS item_values`

function selectSql(columns: readonly FeatureColumn[]): string {
  const kept = exportColumns([]).map(({ name }) => (name === recentVideos ? name : `samples.${named(name)}`))
  const sqlOf = ({ at, length, side }: FeatureColumn) => `${side}[${length === undefined ? at + 1 : `${at + 1}:${at + length}`}]`
  const features = columns.map((column) => `${sqlOf(column)} AS ${named(column.name)}`)
  const velocities = velocityColumns(columns).map((velocity) => `${velocitySql(velocity, sqlOf)} AS ${named(velocity.name)}`)
  return `SELECT ${[...kept, ...features, ...velocities].join(', ')} FROM samples JOIN vectors USING (slate_id, item_index) WHERE is_final`
}

function failedOf(files: readonly LakeFile[], failed: ReadonlySet<string>): LeftOut['failed'] {
  return files.filter(({ partition }) => failed.has(partition)).map(({ partition, rows }) => ({ partition, rows }))
}
