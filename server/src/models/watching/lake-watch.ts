import type { Json } from '@duckdb/node-api'
import { hourMs } from '../../clock.ts'
import { feedFeatureSet } from '../../features/vector/feed-feature-set.ts'
import type { LakeDatabase } from '../../lake/database.ts'
import { partitionOf } from '../../lake/lake-tables.ts'
import { shownFilesOf } from '../../lake/manifest-changes.ts'
import { rowsSql } from '../../lake/views.ts'
import type { Lake, Manifest, ShownTable } from '../../ports/lake.ts'
import { checkDrift } from '../../quality/check-drift.ts'
import { driftColumns } from '../../quality/drift-columns.ts'
import { hoursAround } from '../../samples/hours-around.ts'
import { labelJoinSql, reachHours } from '../../samples/label-join.ts'
import { zonesSql } from '../../samples/time-zones.ts'
import { watchedSql, watchViewsSql } from './watch-sql.ts'

export interface LakeWatchOptions {
  readonly lake: Pick<Lake, 'location'>
  readonly manifest: Manifest
  readonly nowMs: number
  /** How far back, from the running hour on. */
  readonly hours: number
  /** How old accepted events may be, in hours. */
  readonly horizonHours: number
  /** What a model was trained on, where that is known. */
  trainingOf(model: string): Promise<{ readonly fromMs: number; readonly untilMs: number } | undefined>
}

type Row = Readonly<Record<string, Json>>

/** Rows of the views of `watchViewsSql`. */
export interface LakeWatchReading {
  readonly calibration: readonly Row[]
  readonly calibrationByHour: readonly Row[]
  readonly calibrationByCategory: readonly Row[]
  readonly sources: readonly Row[]
  readonly sourcesByHour: readonly Row[]
  readonly shownByHour: readonly Row[]
  readonly features: {
    /**
     * They are held against the training window of the newest model; where the lake has none of it, against as many hours
     * before; against nothing where there are no features of either.
     */
    readonly against: 'training' | 'before' | 'nothing'
    /** Features whose population stability index is 0.2 and more, with it. */
    readonly moved: readonly { readonly feature: string; readonly index: number }[]
  }
}

/** Pages whose features are compared: of each side a sample, the same for the same lake. */
const mostPages = 3_000

/** What models predicted and what came of it, by the hour, from the lake. Leaves the views of `watchViewsSql` behind. */
export async function modelWatch(database: LakeDatabase, options: LakeWatchOptions): Promise<LakeWatchReading> {
  await openWatchViews(database, options)
  const rows = async (view: string): Promise<Row[]> => {
    const { columns, rows } = await database.answer(`FROM ${view} ORDER BY ALL`)
    return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]!])))
  }
  return {
    calibration: await rows('model_calibration'),
    calibrationByHour: await rows('model_calibration_by_hour'),
    calibrationByCategory: await rows('model_calibration_by_category'),
    sources: await rows('source_shares'),
    sourcesByHour: await rows('source_shares_by_hour'),
    shownByHour: await rows('shown_by_hour'),
    features: await movedFeatures(database, options),
  }
}

/** Makes `watched` and the views of `watchViewsSql`, for whoever asks more of them. */
export async function openWatchViews(database: LakeDatabase, options: Omit<LakeWatchOptions, 'trainingOf'>): Promise<void> {
  const { horizonHours, manifest, nowMs } = options
  const hours = lastHours(options, 0)
  const tables: [ShownTable, ReadonlySet<string> | undefined][] = [
    ['served', hours],
    ['events', hoursAround(hours, reachHours(horizonHours))],
    ['catalog', undefined],
  ]
  for (const [table, partitions] of tables)
    await database.run(`CREATE OR REPLACE TEMP VIEW ${table} AS FROM ${sqlOf(table, partitions, options)}`)
  // Local hours are not looked at.
  await database.run(`CREATE OR REPLACE TEMP VIEW zones AS ${zonesSql([])}`)
  await database.run(watchedSql(labelJoinSql({ joinedAtMs: nowMs, horizonHours, version: manifest.version }), nowMs))
  for (const view of watchViewsSql) await database.run(view)
}

async function movedFeatures(database: LakeDatabase, options: LakeWatchOptions): Promise<LakeWatchReading['features']> {
  const [newest] = await database.rows('SELECT model FROM watched WHERE model IS NOT NULL ORDER BY time_ms DESC LIMIT 1')
  const training = newest && (await options.trainingOf(newest[0] as string))
  await sample(database, 'features_now', lastHours(options, 0), options)
  const of = (name: 'training' | 'before', hours: ReadonlySet<string>) =>
    sample(database, 'features_then', hours, options).then((pages) => pages > 0 && name)
  const against =
    (training && (await of('training', hoursBetween(training.fromMs, training.untilMs)))) ||
    (await of('before', lastHours(options, options.hours))) ||
    'nothing'
  const findings = await checkDrift(database, 'features_now', 'features_then', driftColumns('features', feedFeatureSet))
  const moved = findings.flatMap(({ about, found, type }) =>
    type === 'expect_column_psi_to_be_less_than' ? [{ feature: about, index: Number(found) }] : [],
  )
  return { against, moved: moved.sort((a, b) => b.index - a.index) }
}

/** Resolves with how many pages there are in it. */
async function sample(database: LakeDatabase, table: string, hours: ReadonlySet<string>, options: LakeWatchOptions): Promise<number> {
  const rows = sqlOf('features', hours, options)
  await database.run(`CREATE OR REPLACE TEMP TABLE ${table} AS FROM ${rows} WHERE slate_id IN
    (SELECT slate_id FROM (SELECT DISTINCT slate_id FROM ${rows}) ORDER BY hash(slate_id), slate_id LIMIT ${mostPages})`)
  return database.number(`SELECT count(DISTINCT slate_id) FROM ${table}`)
}

const sqlOf = (
  table: ShownTable,
  partitions: ReadonlySet<string> | undefined,
  { lake, manifest }: Pick<LakeWatchOptions, 'lake' | 'manifest'>,
) => rowsSql(table, shownFilesOf(manifest, table, partitions), (path) => lake.location(path))

/** The hours up to some before the running one. */
const lastHours = ({ hours, nowMs }: Pick<LakeWatchOptions, 'hours' | 'nowMs'>, before: number): Set<string> =>
  hoursBetween((Math.floor(nowMs / hourMs) - hours - before + 1) * hourMs, (Math.floor(nowMs / hourMs) - before + 1) * hourMs)

function hoursBetween(fromMs: number, untilMs: number): Set<string> {
  const [first, end] = [Math.floor(fromMs / hourMs), Math.ceil(untilMs / hourMs)]
  return new Set(Array.from({ length: Math.max(0, end - first) }, (_, at) => partitionOf(first + at)))
}
