import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { FeatureSet } from '../features/vector/feature-set.ts'
import type { LakeDatabase } from '../lake/database.ts'
import { hourOf, partitionOf } from '../lake/lake-tables.ts'
import { shownFilesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import { hoursAround } from '../samples/hours-around.ts'
import { checkDrift } from './check-drift.ts'
import { checkRows } from './check-rows.ts'
import { driftTests, leastValues } from './drift.ts'
import { driftColumns } from './drift-columns.ts'
import type { Finding } from './expectation.ts'
import { HourCounts, type HourRows } from './hour-rows.ts'
import type { PartitionResult } from './results.ts'
import { type CheckedTable, suites } from './suites.ts'
import { checkVolume, daysBefore } from './volume.ts'

export interface PartitionCheckOptions {
  readonly lake: Pick<Lake, 'location'>
  readonly clock: Clock
  /** Its features are compared with those of other hours. */
  readonly featureSet?: FeatureSet
  /** How far from its page's hour an event may lie, in hours. */
  readonly reachHours: number
}

/** What is expected of each table, as a digest. */
export function suiteIds(featureSet: FeatureSet | undefined): Readonly<Record<CheckedTable, string>> {
  const idOf = (table: CheckedTable) => {
    const expected = [suites[table], driftColumns(table, featureSet), driftTests]
    return createHash('sha256').update(JSON.stringify(expected)).digest('hex').slice(0, 16)
  }
  return { events: idOf('events'), served: idOf('served'), features: idOf('features'), samples: idOf('samples') }
}

/** The same hour on the days before, the nearest first. */
export const sameHourBefore = (partition: string): string[] =>
  Array.from({ length: daysBefore }, (_, day) => daysLater(partition, -1 - day))

const daysLater = (partition: string, days: number) => partitionOf(hourOf(partition)! + 24 * days)

/** Checks partitions of a lake, those of a date together: what they are compared with is read once. */
export class PartitionCheck {
  readonly #database: LakeDatabase
  readonly #manifest: Manifest
  readonly #options: PartitionCheckOptions
  readonly #counts: HourCounts
  readonly #suiteIds: Readonly<Record<CheckedTable, string>>
  /** By `table/partition`. */
  readonly #failed: Set<string>

  private constructor(database: LakeDatabase, manifest: Manifest, known: readonly PartitionResult[], options: PartitionCheckOptions) {
    this.#database = database
    this.#manifest = manifest
    this.#options = options
    this.#counts = new HourCounts(database, manifest, options.lake)
    this.#suiteIds = suiteIds(options.featureSet)
    this.#failed = new Set(known.filter(({ status }) => status === 'failed').map(({ table, partition }) => `${table}/${partition}`))
  }

  /** `known` are the results of checks before. */
  static async open(
    database: LakeDatabase,
    manifest: Manifest,
    known: readonly PartitionResult[],
    options: PartitionCheckOptions,
  ): Promise<PartitionCheck> {
    const check = new PartitionCheck(database, manifest, known, options)
    // The suites speak the SQL that Spark has, too.
    await database.run('CREATE TEMP MACRO size(list) AS len(list)')
    await database.run(`CREATE TEMP TABLE catalog AS SELECT DISTINCT video_id FROM ${check.#rows('catalog')}`)
    return check
  }

  /** Comes before `partition` is asked for one of these. */
  async openDate(partitions: readonly string[]): Promise<void> {
    const around = hoursAround(partitions, this.#options.reachHours)
    await this.#database.run(`CREATE OR REPLACE TEMP TABLE pages AS SELECT DISTINCT slate_id FROM ${this.#rows('served', around)}`)
  }

  async partition(table: CheckedTable, partition: string): Promise<PartitionResult> {
    const rows = shownFilesOf(this.#manifest, table, [partition]).reduce((total, file) => total + file.rows, 0)
    const findings = await this.#findings(table, partition, rows)
    const isFailed = findings.some(({ severity }) => severity === 'critical')
    if (isFailed) this.#failed.add(`${table}/${partition}`)
    else this.#failed.delete(`${table}/${partition}`)
    return {
      table,
      partition,
      version: this.#manifest.version,
      checkedMs: this.#options.clock.now(),
      rows,
      suite: this.#suiteIds[table],
      status: isFailed ? 'failed' : findings.length > 0 ? 'warned' : 'passed',
      findings,
    }
  }

  async #findings(table: CheckedTable, partition: string, rows: number): Promise<Finding[]> {
    // Of rows that are not there, all that can be said is that they are missing.
    if (rows === 0) return this.#checkVolume(table, partition)
    const ofRows = await this.#checkRows(table, partition)
    // Where columns are not as expected, nothing else can be asked.
    if (ofRows.some(({ kind }) => kind === 'schema')) return ofRows
    return [...ofRows, ...(await this.#checkVolume(table, partition)), ...(await this.#checkDrift(table, partition))]
  }

  async #checkRows(table: CheckedTable, partition: string): Promise<Finding[]> {
    const referred = table === 'events' ? 'pages' : this.#rows('served', [partition])
    try {
      await this.#database.run(`CREATE OR REPLACE TEMP VIEW served AS FROM ${referred}`)
      await this.#database.run(`CREATE OR REPLACE TEMP TABLE batch AS FROM ${this.#rows(table, [partition])}`)
    } catch (error) {
      const [message] = (error as Error).message.split('\n') as [string]
      if (!message.startsWith('Binder Error')) throw error
      return [{ type: 'expect_column_to_exist', kind: 'schema', severity: 'critical', about: 'columns', found: message }]
    }
    return checkRows(this.#database, 'batch', suites[table].expectations)
  }

  /** Against the same hour of the day before, or of the week before where that failed or is not there. */
  async #checkDrift(table: CheckedTable, partition: string): Promise<Finding[]> {
    const columns = driftColumns(table, this.#options.featureSet)
    const [day, ...days] = sameHourBefore(partition)
    const reference = [day!, days.at(-1)!].find(
      (each) => shownFilesOf(this.#manifest, table, [each]).length > 0 && !this.#failed.has(`${table}/${each}`),
    )
    if (columns.length === 0 || reference === undefined) return []
    if ((await this.#database.number('SELECT count(*) FROM batch')) < leastValues) return []
    return checkDrift(this.#database, 'batch', this.#rows(table, [reference]), columns)
  }

  /** Imported rows may end with any hour: that they are missing says something only where the next day has some. */
  async #checkVolume(table: CheckedTable, partition: string): Promise<Finding[]> {
    const [now, after, ...before] = await this.#counts.of(table, [partition, daysLater(partition, 1), ...sameHourBefore(partition)])
    const of = (origin: keyof HourRows) => {
      const rowsBefore = before.map((each) => each[origin])
      return checkVolume(now![origin], rowsBefore, `${origin} rows`)
    }
    return [...of('live'), ...(now!.imported + after!.imported === 0 ? [] : of('imported'))]
  }

  #rows(table: CheckedTable | 'catalog', partitions?: Iterable<string>): string {
    return rowsSql(table, shownFilesOf(this.#manifest, table, partitions), (path) => this.#options.lake.location(path))
  }
}
