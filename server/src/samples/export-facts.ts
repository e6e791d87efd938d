import { join } from 'node:path'
import { type LakeDatabase, quoted } from '../lake/database.ts'
import { parquetOptions } from '../lake/file-writer.ts'
import { shownFilesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import type { ExportedFile } from './export-manifest.ts'

/** Files beside the samples, of a pinned version of the lake. */
export interface ExportedFacts {
  readonly videos: ExportedFile
  readonly history: ExportedFile
}

/** Writes what the samples refer to: the catalogue, and what people did before there were times to it. */
export async function exportFacts(folder: string, database: LakeDatabase, lake: Lake, manifest: Manifest): Promise<ExportedFacts> {
  const table = (name: 'catalog' | 'events') => rowsSql(name, shownFilesOf(manifest, name), (path) => lake.location(path))
  const write = async (file: string, sql: string): Promise<ExportedFile> => {
    const [[rows]] = (await database.rows(`COPY (${sql}) TO ${quoted(join(folder, file))} ${parquetOptions}`)) as [[bigint]]
    return { file, rows: Number(rows) }
  }
  return {
    videos: await write('videos.parquet', videosSql(table('catalog'))),
    history: await write('history.parquet', historySql(table('events'))),
  }
}

/** Each video as it was put last. */
const videosSql = (catalog: string) => `
  SELECT video_id, creator_id, audio_id, categories, length_ms, title, hashtags, language, embedding, upload_ms FROM ${catalog}
  WHERE video_id IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY video_id ORDER BY log_partition DESC, log_offset DESC) = 1
  ORDER BY video_id`

/** Each person's imported history without times, in its order. */
const historySql = (events: string) => `
  SELECT person, video_id, time_ms, bool_or(source_long_view) AS long_view, bool_or(type = 'like') AS liked
  FROM ${events} WHERE untimed GROUP BY person, video_id, time_ms ORDER BY person, time_ms, video_id`
