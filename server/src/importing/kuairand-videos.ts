import { hourMs } from '../clock.ts'
import { Video, VideoState } from '../generated/vireo/v1/catalog.ts'
import type { ImportDatabase } from './database.ts'
import { generatedClip } from './generated-clips.ts'
import { timestamp, videoRecord } from './records.ts'
import { isTime, largestInt32, tooLong } from './row-checks.ts'
import { type Group, inFiles, ofGroup, type RowStream, type Shift } from './row-stream.ts'
import type { Staging } from './stage-file.ts'
import { remembered } from './video-facts.ts'

/** KuaiRand's days begin at midnight in Beijing. */
export const beijingMs = 8 * hourMs

export const stagedVideos = (until?: number): Staging => ({
  table: 'videos',
  required: ['video_id', 'author_id', 'upload_dt', 'visible_status', 'video_duration', 'music_id', 'tag'],
  optional: [],
  values: {
    video_id: 'video_id',
    creator_id: 'author_id',
    // Not positive is unknown.
    length_ms: `CASE WHEN TRY_CAST(video_duration AS DOUBLE) BETWEEN 1 AND ${largestInt32} THEN TRY_CAST(video_duration AS DOUBLE)::INTEGER END`,
    categories: 'tag',
    audio_id: 'music_id',
    upload_ms: `epoch_ms(TRY_CAST(upload_dt AS DATE)::TIMESTAMP) - ${beijingMs}`,
    // 0 in every row of the videos that people were shown.
    is_visible: 'COALESCE(TRY_CAST(visible_status AS DOUBLE) = 0, visible_status IS NULL)',
  },
  refusals: [
    ['ROW_MISSING_ID', 'source.video_id IS NULL'],
    ['ROW_ID_TOO_LONG', tooLong('source.video_id', 'author_id')],
    ['ROW_BAD_TIME', `upload_dt IS NOT NULL AND NOT ${isTime('upload_ms')}`],
    ['ROW_BAD_NUMBER', 'video_duration IS NOT NULL AND TRY_CAST(video_duration AS DOUBLE) IS NULL'],
  ],
  except: until === undefined ? undefined : `upload_ms >= ${until}`,
})

interface VideoColumns {
  readonly video_id: readonly string[]
  readonly creator: readonly string[]
  readonly length_ms: readonly (number | null)[]
  readonly tags: readonly string[]
  readonly audio: readonly string[]
  readonly upload_ms: readonly (number | null)[]
  readonly is_visible: readonly boolean[]
}

export async function kuaiRandVideos(database: ImportDatabase, group: Group, shift: Shift): Promise<RowStream> {
  const rows = `FROM videos WHERE ${ofGroup(group)}`
  return {
    rows: await database.number(`SELECT count(*) ${rows}`),
    sql: `SELECT video_id, COALESCE(creator_id, '') AS creator, length_ms, COALESCE(categories, '') AS tags, COALESCE(audio_id, '') AS audio,
        upload_ms::DOUBLE AS upload_ms, is_visible
      ${rows} ORDER BY file, row`,
    addRecords(columns, from, to, records) {
      const at = columns as unknown as VideoColumns
      for (let row = from; row < to; row++) {
        const uploadMs = at.upload_ms[row]!
        const categories = tagsOf(at.tags[row]!)
        const video: Video = {
          ...videoOf(at.video_id[row]!, categories),
          creatorId: at.creator[row]!,
          lengthMs: at.length_ms[row] ?? undefined,
          categories: categories.map((name) => ({ name, confidence: 0, source: 'kuairand' })),
          audioId: at.audio[row]!,
          uploadTime: uploadMs === null ? undefined : timestamp(uploadMs + shift.ms),
          state: at.is_visible[row] ? VideoState.VIDEO_STATE_CLEARED : VideoState.VIDEO_STATE_PENDING,
        }
        records.push(videoRecord(video, (uploadMs ?? shift.firstMs) + shift.ms))
      }
    },
  }
}

/** The least that a video needs, for those which a log mentions and no file describes. */
export async function unlistedVideos(database: ImportDatabase, group: Group, shift: Shift): Promise<RowStream> {
  const numbers = group.files.map((file) => file.number)
  const rows = `FROM mentions WHERE ${inFiles(numbers)}
    AND video_id NOT IN (SELECT video_id FROM facts) AND video_id NOT IN (SELECT video_id FROM mentions WHERE ${inFiles(group.earlier)})`
  return {
    unlistedVideos: true,
    rows: await database.number(`SELECT count(DISTINCT video_id) ${rows}`),
    sql: `SELECT DISTINCT video_id ${rows} ORDER BY video_id`,
    addRecords(columns, from, to, records) {
      for (let row = from; row < to; row++)
        records.push(videoRecord(videoOf(columns.video_id![row] as string, []), shift.firstMs + shift.ms))
    },
  }
}

export const tagsOf = remembered((tag) =>
  tag
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
)

// The data has neither titles nor media.
const videoOf = (videoId: string, categories: readonly string[]): Video => ({
  ...blankVideo,
  ...generatedClip(videoId, categories),
  videoId,
  title: `Video ${videoId}`,
  state: VideoState.VIDEO_STATE_CLEARED,
})
const blankVideo = Video.decode(new Uint8Array())
