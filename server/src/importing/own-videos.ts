import { type Video, VideoState } from '../generated/vireo/v1/catalog.ts'
import type { ImportDatabase } from './database.ts'
import { categoriesOf, enumSql, isBadList, listOf, stringsOf, timeSql } from './own-columns.ts'
import { timestamp, videoRecord } from './records.ts'
import { isTime, largestInt32, tooLong } from './row-checks.ts'
import { type Group, ofGroup, type RowStream, type Shift } from './row-stream.ts'
import type { Staging } from './stage-file.ts'

const texts = ['creator_id', 'title', 'thumbnail_url', 'content_url', 'audio_id', 'language'] as const
const lists = ['categories', 'hashtags', 'countries', 'embedding'] as const

export const stagedVideos = (until?: number): Staging => ({
  table: 'videos',
  required: ['video_id'],
  optional: [...texts, ...lists, 'length_ms', 'age_rating', 'upload_time', 'state'],
  values: {
    video_id: 'video_id',
    ...Object.fromEntries([...texts, ...lists].map((name) => [name, name])),
    length_ms: 'TRY_CAST(TRY_CAST(length_ms AS DOUBLE) AS INTEGER)',
    age: "TRY_CAST(COALESCE(age_rating, '0') AS INTEGER)",
    upload_ms: timeSql('upload_time'),
    state_number: enumSql("COALESCE(state, '0')", VideoState, 'VIDEO_STATE_'),
  },
  refusals: [
    ['ROW_MISSING_ID', 'source.video_id IS NULL'],
    ['ROW_ID_TOO_LONG', tooLong('source.video_id', 'source.creator_id')],
    ['ROW_BAD_TIME', `upload_time IS NOT NULL AND NOT ${isTime('upload_ms')}`],
    [
      'ROW_BAD_NUMBER',
      `source.length_ms IS NOT NULL AND NOT COALESCE(TRY_CAST(source.length_ms AS DOUBLE) BETWEEN 0 AND ${largestInt32}, false) OR NOT COALESCE(age BETWEEN 0 AND 150, false)`,
    ],
    ['ROW_BAD_STATE', 'state_number IS NULL'],
    ['ROW_BAD_LIST', `${lists.map((name) => `(${isBadList(`source.${name}`)})`).join(' OR ')} OR NOT ${isVector('source.embedding')}`],
  ],
  except: until === undefined ? undefined : `upload_ms >= ${until}`,
})

function isVector(column: string): string {
  const numbers = `TRY_CAST(CASE WHEN starts_with(${column}, '[') THEN ${column} ELSE '[' || replace(${column}, '|', ',') || ']' END AS FLOAT[])`
  return `(${column} IS NULL OR COALESCE(len(list_filter(${numbers}, lambda x: COALESCE(isfinite(x), false))) = len(${numbers}), false))`
}

type VideoColumns = Readonly<Record<(typeof texts)[number] | (typeof lists)[number] | 'video_id', readonly string[]>> & {
  readonly length_ms: readonly (number | null)[]
  readonly age: readonly number[]
  readonly upload_ms: readonly (number | null)[]
  readonly state_number: readonly VideoState[]
}

export async function ownVideos(database: ImportDatabase, group: Group, shift: Shift): Promise<RowStream> {
  const rows = `FROM videos WHERE ${ofGroup(group)}`
  return {
    rows: await database.number(`SELECT count(*) ${rows}`),
    sql: `SELECT video_id, ${[...texts, ...lists].map((name) => `COALESCE(${name}, '') AS ${name}`)},
        length_ms, age, upload_ms::DOUBLE AS upload_ms, state_number
      ${rows} ORDER BY file, row`,
    addRecords(columns, from, to, records) {
      const at = columns as unknown as VideoColumns
      for (let row = from; row < to; row++) {
        const uploadMs = at.upload_ms[row]!
        const video: Video = {
          videoId: at.video_id[row]!,
          creatorId: at.creator_id[row]!,
          title: at.title[row]!,
          thumbnailUrl: at.thumbnail_url[row]!,
          contentUrl: at.content_url[row]!,
          lengthMs: at.length_ms[row] || undefined,
          categories: categoriesOf(at.categories[row]!),
          hashtags: stringsOf(at.hashtags[row]!),
          audioId: at.audio_id[row]!,
          language: at.language[row]!,
          countries: stringsOf(at.countries[row]!),
          ageRating: at.age[row]!,
          uploadTime: uploadMs === null ? undefined : timestamp(uploadMs + shift.ms),
          embedding: listOf(at.embedding[row]!).map(Number),
          state: at.state_number[row]!,
        }
        records.push(videoRecord(video, (uploadMs ?? shift.firstMs) + shift.ms))
      }
    },
  }
}
