import { dayMs } from '../clock.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import type { ImportDatabase } from './database.ts'
import { beijingMs, tagsOf } from './kuairand-videos.ts'
import { blankEvent, eventRecord } from './records.ts'
import { tooLong } from './row-checks.ts'
import { type Group, ofGroup, type RowStream, type Shift } from './row-stream.ts'
import type { Staging } from './stage-file.ts'
import { type FactColumns, factColumns } from './video-facts.ts'

/** Rows without times are laid evenly over this long before the first day that has some. */
const spreadMs = 14 * dayMs

export const stagedHistory: Staging = {
  table: 'history',
  required: ['user_id', 'seq_idx', 'video_id', 'long_watch', 'is_like'],
  optional: [],
  numbersOnly: true,
  values: {
    person: 'user_id',
    video_id: 'video_id',
    seq: 'TRY_CAST(seq_idx AS BIGINT)',
    long_view: 'TRY_CAST(long_watch AS DOUBLE) > 0',
    liked: 'TRY_CAST(is_like AS DOUBLE) > 0',
  },
  refusals: [
    ['ROW_MISSING_ID', 'user_id IS NULL OR source.video_id IS NULL'],
    ['ROW_ID_TOO_LONG', tooLong('user_id', 'source.video_id')],
    ['ROW_BAD_NUMBER', 'seq IS NULL OR long_view IS NULL OR liked IS NULL'],
  ],
}

interface HistoryColumns extends FactColumns {
  readonly person: readonly string[]
  readonly video_id: readonly string[]
  readonly seq: readonly number[]
  readonly time_ms: readonly number[]
  readonly long_view: readonly boolean[]
  readonly liked: readonly boolean[]
  readonly length_ms: readonly (number | null)[]
}

/** A person's earlier impressions, in their order, each no earlier than its video. */
export async function kuaiRandHistory(database: ImportDatabase, group: Group, shift: Shift): Promise<RowStream> {
  const rows = `FROM history WHERE ${ofGroup(group)}`
  const startMs = Math.floor((shift.firstMs + beijingMs) / dayMs) * dayMs - beijingMs - spreadMs
  return {
    rows: await database.number(`SELECT count(*) ${rows}`),
    sql: `WITH numbered AS (
        SELECT *, row_number() OVER (PARTITION BY person ORDER BY seq, file, row) AS nth, count(*) OVER (PARTITION BY person) AS total ${rows}
      ), spread AS (
        SELECT *, ${startMs} + (2 * nth - 1) * ${spreadMs} // (2 * total) AS even_ms,
          max(upload_ms) OVER (PARTITION BY person ORDER BY nth ROWS UNBOUNDED PRECEDING) AS uploaded_ms
        FROM numbered LEFT JOIN facts USING (video_id)
      )
      SELECT person, video_id, seq::DOUBLE AS seq, GREATEST(even_ms, uploaded_ms)::DOUBLE AS time_ms, long_view, liked, length_ms, ${factColumns}
      FROM spread ORDER BY person, nth`,
    addRecords(columns, from, to, records) {
      const at = columns as unknown as HistoryColumns
      for (let row = from; row < to; row++) {
        const id = `${at.video_id[row]}#${at.seq[row]}`
        const timeMs = at.time_ms[row]! + shift.ms
        const watch = {
          ...blankEvent,
          type: Type.Watch,
          person: at.person[row]!,
          eventId: `${id}.${Type.Watch}`,
          timeMs,
          acceptedMs: timeMs,
          videoId: at.video_id[row]!,
          creatorId: at.creator[row]!,
          lengthMs: at.length_ms[row] ?? undefined,
          categories: tagsOf(at.categories[row]!),
          audioId: at.audio[row]!,
          untimed: true,
          sourceLongView: at.long_view[row]!,
        }
        records.push(eventRecord(watch))
        if (at.liked[row])
          records.push(eventRecord({ ...watch, type: Type.Like, eventId: `${id}.${Type.Like}`, sourceLongView: undefined }))
      }
    },
  }
}
