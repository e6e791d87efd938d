import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Clock } from '../clock.ts'
import { LakeDatabase, quoted } from '../lake/database.ts'
import { parquetOptions } from '../lake/file-writer.ts'
import { filesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Lake, LakeFile } from '../ports/lake.ts'
import { checkFolder, durable, manifestName, replaceFolder } from './export-folder.ts'
import { type ExportedDay, type ExportManifest, exportColumns, type LeftOut } from './export-manifest.ts'
import { type FeatureColumn, type FeatureSet, featureColumns, featureSetId } from './feature-set.ts'
import { type FrozenFeatures, loadFrozen } from './frozen-features.ts'

export interface ExportOptions {
  readonly lake: Lake
  readonly clock: Clock
  /** The folder to make. One with an earlier export is replaced. */
  readonly out: string
  readonly featureSet: FeatureSet
  /** Features as of another time than serving logged them; without it those that were logged. */
  readonly frozen?: { readonly as: string; readonly features: AsyncIterable<FrozenFeatures> }
  /** Partitions (`date=…/hour=…`) that may not be trained on. */
  readonly failedPartitions: ReadonlySet<string>
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
  const { lake, clock, featureSet, frozen, failedPartitions, memoryMb, signal, onProgress } = options
  const columns = featureColumns(featureSet)
  const pin = await lake.pin()
  const scratch = join(folder, 'scratch')
  const database = await LakeDatabase.open({ memoryMb, tempFolder: scratch, signal })
  try {
    if (frozen !== undefined) {
      await loadFrozen(database, 'frozen', frozen.features, signal, (done) => onProgress?.({ phase: 'features', done, total: undefined }))
    }
    const all = filesOf(pin.manifest, 'samples')
    const files = all.filter(({ partition }) => !failedPartitions.has(partition))
    const days: ExportedDay[] = []
    const byDay = [...Map.groupBy(files, ({ partition }) => partition.split('/')[0]!)].sort(([a], [b]) => (a < b ? -1 : 1))
    const leftOut: LeftOut = { failed: failedOf(all, failedPartitions), notFinal: 0, otherFeatures: 0 }
    for (const [done, [day, ofDay]] of byDay.entries()) {
      onProgress?.({ phase: 'days', done, total: byDay.length })
      await database.run(`CREATE OR REPLACE TEMP VIEW samples AS FROM ${rowsSql('samples', ofDay, (path) => lake.location(path))}`)
      const [counts] = await database.rows(countSql(featureSet, frozen !== undefined))
      const [rows, notFinal, otherFeatures] = counts as [number, number, number]
      leftOut.notFinal += notFinal
      leftOut.otherFeatures += otherFeatures
      if (rows === 0) continue
      const file = `${day}.parquet`
      const sql = selectSql(columns, featureSet, frozen !== undefined)
      await database.run(`COPY (${sql} ORDER BY time_ms, sample_id) TO ${quoted(join(folder, file))} ${parquetOptions}`)
      days.push({ date: day.slice('date='.length), file, rows })
    }
    onProgress?.({ phase: 'days', done: byDay.length, total: byDay.length })
    return {
      format: 1,
      createdMs: clock.now(),
      lakeVersion: pin.manifest.version,
      featuresAsOf: frozen?.as ?? 'page',
      featureSet: featureSetId(featureSet),
      columns: exportColumns(columns),
      rows: days.reduce((total, { rows }) => total + rows, 0),
      days,
      leftOut,
    }
  } finally {
    database.close()
    await rm(scratch, { recursive: true, force: true })
    await pin.release()
  }
}

const named = (name: string) => `"${name.replaceAll('"', '""')}"`

/** Samples with the values to export, NULL where there are none of this feature set. */
function valuesSql(featureSet: FeatureSet, isFrozen: boolean): string {
  if (isFrozen) return 'FROM samples LEFT JOIN frozen USING (sample_id) SELECT samples.* EXCLUDE (person_values, item_values), frozen.*'
  const isOfSet = `feature_set = ${quoted(featureSetId(featureSet))}`
  const ofSet = (side: string) => `CASE WHEN ${isOfSet} THEN ${side} END AS ${side}`
  return `FROM samples SELECT * REPLACE (${ofSet('person_values')}, ${ofSet('item_values')})`
}

const countSql = (featureSet: FeatureSet, isFrozen: boolean) => `
  SELECT count(*) FILTER (WHERE is_final AND item_values IS NOT NULL)::DOUBLE, count(*) FILTER (WHERE NOT is_final)::DOUBLE,
    count(*) FILTER (WHERE is_final AND item_values IS NULL)::DOUBLE
  FROM (${valuesSql(featureSet, isFrozen)})`

function selectSql(columns: readonly FeatureColumn[], featureSet: FeatureSet, isFrozen: boolean): string {
  const kept = exportColumns([]).map(({ name }) => named(name))
  const features = columns.map(({ name, side, at }) => `${side}[${at + 1}] AS ${named(name)}`)
  return `SELECT ${[...kept, ...features].join(', ')} FROM (${valuesSql(featureSet, isFrozen)}) WHERE is_final AND item_values IS NOT NULL`
}

function failedOf(files: readonly LakeFile[], failed: ReadonlySet<string>): LeftOut['failed'] {
  return files.filter(({ partition }) => failed.has(partition)).map(({ partition, rows }) => ({ partition, rows }))
}
