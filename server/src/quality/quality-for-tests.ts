import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { dayMs, hourMs } from '../clock.ts'
import { FeatureRecord } from '../generated/vireo/record/v1/records.ts'
import { quoted } from '../lake/database.ts'
import { parquetOptions } from '../lake/file-writer.ts'
import { withDatabase } from '../lake/lake-for-tests.ts'
import { hourOf, parquetSql, partitionOf } from '../lake/lake-tables.ts'
import { commitChange, filesOf, type NewFile, withChanged, withFiles, withoutFiles } from '../lake/manifest-changes.ts'
import { recordRows } from '../lake/record-rows.ts'
import type { LakeFile, LakeTable } from '../ports/lake.ts'
import { LakeWithSamples, servedMs } from '../samples/samples-for-tests.ts'
import { type CheckOptions, checkLake } from './check-lake.ts'
import type { Finding } from './expectation.ts'
import { type PartitionResult, QualityResults } from './results.ts'
import type { CheckedTable } from './suites.ts'

/** The hour of `servedMs`, and the same one on a later day. */
export const hourOfDay = (day = 0): string => partitionOf(Math.floor(servedMs / hourMs) + 24 * day)

export const featureSet = {
  name: 'feed',
  version: 1,
  personFeatures: [{ name: 'person_plays_24h' }],
  itemFeatures: [{ name: 'video_plays_24h' }, { name: 'video_plays_all' }, { name: 'video_age_ms' }],
}

/** A lake whose rows a test breaks, and the results of its checks. */
export class CheckedLake {
  readonly lake: LakeWithSamples
  readonly results: QualityResults

  private constructor(lake: LakeWithSamples, results: QualityResults) {
    this.lake = lake
    this.results = results
  }

  static async open(context: TestContext): Promise<CheckedLake> {
    const lake = await LakeWithSamples.open(context)
    const folder = await mkdtemp(join(tmpdir(), 'vireo-quality-'))
    context.after(() => rm(folder, { recursive: true }))
    return new CheckedLake(lake, new QualityResults(folder))
  }

  /** A day later, with an hour in which all is as it should be: a page of two videos in the catalogue, its features, what was done, samples. */
  async addGoodHour(): Promise<void> {
    const { lake } = this
    const items = ['a', 'b'].map((videoId) => ({ videoId, values: [1, 2, 3] }))
    const features = FeatureRecord.fromPartial({
      slateId: 's',
      person: 'ann',
      timeMs: servedMs,
      featureSet: 'feed@1',
      personValues: [7],
      items,
    })
    await lake.add(lake.slate('s', ['a', 'b']), features, lake.event('Watch', 's', 'a', { watchMs: 900 }), lake.event('Like', 's', 'b'))
    const unknown = recordRows.catalog.columns.map(({ name, type }) => `NULL::${type} AS ${name}`)
    await this.rewrite('catalog', `SELECT * REPLACE (0 AS time_ms, unnest(['a', 'b']) AS video_id) FROM (SELECT ${unknown.join(', ')})`)
    await lake.join(servedMs + dayMs)
  }

  /**
   * Puts what `sql` selects in the place of what a partition holds. It may read what `from` holds as `stored`: columns as
   * they are in files. Resolves with what puts it back.
   */
  async rewrite(table: LakeTable, sql: string, partition = hourOfDay(), from = partition): Promise<() => Promise<void>> {
    const { lake } = this.lake
    const manifest = await lake.manifest()
    const before = filesOf(manifest, table, [partition])
    const read = filesOf(manifest, table, [from])
    const stored = `CREATE VIEW stored AS FROM ${parquetSql(read.map(({ path }) => lake.location(path)))}`
    const scratch = lake.scratch(randomUUID())
    const rows = await withDatabase(lake, async (database) => {
      if (read.length > 0) await database.run(stored)
      await database.run(`COPY (${sql}) TO ${quoted(scratch)} ${parquetOptions}`)
      return database.number(`SELECT count(*) FROM read_parquet(${quoted(scratch)})`)
    })
    const path = `${table}/${partition}/${randomUUID()}.parquet`
    const [written] = await lake.put([{ scratch, path }])
    const ms = hourOf(partition)! * hourMs
    const times = { minMs: ms, maxMs: ms, minAcceptedMs: ms, maxAcceptedMs: ms }
    const file = { path, table, partition, rows, ...written!, ...times, log: [] }
    await this.#swap(before, [file])
    return () => this.#swap([{ ...file, added: 0 }], before)
  }

  /** Resolves with how many partitions were checked. */
  check(more: Partial<CheckOptions> = {}): Promise<number> {
    const { lake, clock } = this.lake
    const signal = AbortSignal.timeout(60_000)
    return checkLake({ lake, clock, results: this.results, featureSet, reachHours: 73, memoryMb: 256, signal, ...more })
  }

  /** By table, those of one hour. */
  async of(partition: string): Promise<ReadonlyMap<CheckedTable, PartitionResult>> {
    const results = await this.results.all()
    return new Map(results.filter((result) => result.partition === partition).map((result) => [result.table, result]))
  }

  async findings(table: CheckedTable, partition = hourOfDay()): Promise<readonly Finding[]> {
    return (await this.of(partition)).get(table)?.findings ?? []
  }

  async #swap(gone: readonly LakeFile[], come: readonly NewFile[]): Promise<void> {
    await commitChange(this.lake.lake, this.lake.clock, (current, version) =>
      withFiles(withoutFiles(withChanged(current, version, gone), version, gone, 0), version, come),
    )
  }
}
