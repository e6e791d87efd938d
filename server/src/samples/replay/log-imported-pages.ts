import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, hourMs } from '../../clock.ts'
import { featureSetId } from '../../features/vector/feature-set.ts'
import { feedFeatureSet } from '../../features/vector/feed-feature-set.ts'
import { LakeDatabase, quoted } from '../../lake/database.ts'
import { type DerivedPartition, replacePartitions } from '../../lake/derived-table.ts'
import { parquetOptions } from '../../lake/file-writer.ts'
import { partitionOf } from '../../lake/lake-tables.ts'
import { type ReplayOptions, replayFeatures, type VectorFiles } from './replay-features.ts'
import { pageRequestsSql } from './requests.ts'

export interface LogImportedOptions extends Omit<ReplayOptions, 'requestsSql' | 'folder' | 'manifest'> {
  readonly clock: Clock
}

/**
 * Makes the vectors of imported pages that have none, as serving would have made them when each page began, and keeps
 * them in the lake. Whole hours are made and replaced behind one commit: a run that is stopped has changed nothing.
 * Resolves with how many pages those were.
 */
export async function logImportedPages(options: LogImportedOptions): Promise<number> {
  const { lake, clock, memoryMb, signal } = options
  const folder = lake.scratch(`replay-${randomUUID()}`)
  const pin = await lake.pin()
  try {
    const files = await replayFeatures({ ...options, manifest: pin.manifest, requestsSql: pageRequestsSql, folder })
    if (files.length === 0) return 0
    const database = await LakeDatabase.open({ memoryMb, tempFolder: join(folder, 'spilled'), signal })
    try {
      const partitions: DerivedPartition[] = []
      for (const [at, pair] of files.entries()) partitions.push(...(await byHour(database, pair, join(folder, `hours-${at}`))))
      await replacePartitions(lake, clock, 'replayed', partitions, pin.manifest)
      return partitions.reduce((pages, { written }) => pages + written!.rows, 0)
    } finally {
      database.close()
    }
  } finally {
    await pin.release()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes a pair of files anew, with a row a page as `features` has it, a file an hour. */
async function byHour(database: LakeDatabase, { items, people }: VectorFiles, folder: string): Promise<DerivedPartition[]> {
  await mkdir(folder)
  await database.run(`CREATE OR REPLACE TEMP TABLE pages AS
    SELECT slate_id, any_value(person) AS person, any_value(time_ms) AS time_ms, ${quoted(featureSetId(feedFeatureSet))} AS feature_set,
      any_value(recent_videos) AS recent_videos, any_value(person_values) AS person_values,
      list(video_id ORDER BY item_index) AS video_ids, list(item_values ORDER BY item_index) AS item_values,
      -- The columns that \`features\` has where serving has logged no page yet.
      NULL::INTEGER AS log_partition, NULL::BIGINT AS log_offset
    FROM read_parquet(${quoted(items)}) JOIN (SELECT * EXCLUDE (time_ms) FROM read_parquet(${quoted(people)})) USING (request)
    GROUP BY slate_id`)
  const hours = await database.rows(`
    SELECT time_ms // ${hourMs} AS hour, count(*)::DOUBLE, min(time_ms)::DOUBLE, max(time_ms)::DOUBLE FROM pages GROUP BY hour ORDER BY hour`)
  const partitions: DerivedPartition[] = []
  for (const [hour, rows, minMs, maxMs] of hours as [bigint, number, number, number][]) {
    const scratch = join(folder, `${hour}.parquet`)
    const ofHour = `SELECT * FROM pages WHERE time_ms // ${hourMs} = ${hour} ORDER BY person, time_ms`
    await database.run(`COPY (${ofHour}) TO ${quoted(scratch)} ${parquetOptions}`)
    partitions.push({ partition: partitionOf(Number(hour)), written: { scratch, rows, minMs, maxMs } })
  }
  return partitions
}
