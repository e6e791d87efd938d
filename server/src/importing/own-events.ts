import { dayMs } from '../clock.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { visitMs } from '../people/outcomes.ts'
import type { ImportDatabase } from './database.ts'
import { enumSql, strongestCategories, timeSql } from './own-columns.ts'
import { itemsOf, makePages } from './pages.ts'
import { blankEvent, eventRecord, slateIdOf, slateRecord } from './records.ts'
import { isTime, tooLong } from './row-checks.ts'
import { type Group, ofGroup, type RowStream, type Shift } from './row-stream.ts'
import type { Staging } from './stage-file.ts'
import { type FactColumns, factColumns, remembered } from './video-facts.ts'

// A follow or block may name a creator instead of a video, and "not interested" a category too.
const namesSomething = `source.video_id IS NOT NULL
  OR type IN (${Type.Follow}, ${Type.BlockCreator}, ${Type.NotInterested}) AND creator_id IS NOT NULL
  OR type = ${Type.NotInterested} AND category IS NOT NULL`

export const stagedEvents = (until?: number): Staging => ({
  table: 'events',
  required: ['evt_type', 'userid', 'evt_time'],
  optional: ['video_id', 'event_id', 'watch_ms', 'creator_id', 'category', 'reason', 'surface'],
  values: {
    type: enumSql('evt_type', Type),
    person: 'userid',
    time_ms: timeSql('evt_time'),
    video_id: "COALESCE(video_id, '')",
    event_id: "COALESCE(event_id, '')",
    watched_ms: 'TRY_CAST(watch_ms AS DOUBLE)',
    named_creator: "COALESCE(creator_id, '')",
    category: "COALESCE(category, '')",
    reason: "COALESCE(reason, '')",
    surface: "COALESCE(surface, '')",
  },
  refusals: [
    ['ROW_BAD_TYPE', `COALESCE(type, ${Type.Nothing}) = ${Type.Nothing}`],
    ['ROW_MISSING_ID', `userid IS NULL OR NOT (${namesSomething})`],
    ['ROW_ID_TOO_LONG', tooLong('userid', 'source.video_id', 'source.event_id', 'creator_id')],
    ['ROW_BAD_TIME', `NOT ${isTime('time_ms')}`],
    ['ROW_BAD_NUMBER', 'watch_ms IS NOT NULL AND (watched_ms IS NULL OR isnan(watched_ms))'],
    ['ROW_WATCH_NEGATIVE', 'watched_ms < 0'],
    ['ROW_WATCH_TOO_LONG', `watched_ms > ${dayMs}`],
  ],
  except: until === undefined ? undefined : `time_ms >= ${until}`,
})

type Texts = 'person' | 'video_id' | 'event_id' | 'named_creator' | 'category' | 'reason' | 'surface' | 'first_video'
type EventColumns = FactColumns &
  Readonly<Record<Texts, readonly string[]>> & {
    readonly type: readonly number[]
    readonly time_ms: readonly number[]
    readonly watched_ms: readonly (number | null)[]
    readonly length_ms: readonly (number | null)[]
    readonly first_ms: readonly (number | null)[]
    readonly videos: readonly (string | null)[]
  }

/** Events in the order of time. Where there are impressions they make pages, and what follows one belongs to its page. */
export async function ownEvents(database: ImportDatabase, group: Group, shift: Shift): Promise<RowStream> {
  const ordered = `ordered_${group.id}`
  const impressions = `impressions_${group.id}`
  const pages = `pages_${group.id}`
  await database.run(`CREATE TABLE ${ordered} AS
    SELECT *, NULL::INTEGER AS row_length_ms, row_number() OVER (ORDER BY time_ms, person, video_id, file, row) AS seq FROM events WHERE ${ofGroup(group)};
    CREATE VIEW ${impressions} AS SELECT * FROM ${ordered} WHERE type = ${Type.Impression} AND video_id != ''`)
  await makePages(database, impressions, pages)
  return {
    rows: await database.number(`SELECT count(*) FROM ${ordered}`),
    sql: `WITH shown AS (
        SELECT seq AS shown_seq, person, video_id, time_ms AS shown_ms, first_ms, first_video, videos FROM ${impressions} JOIN ${pages} USING (seq)
      ), placed AS (
        SELECT events.*, CASE WHEN time_ms - shown_ms <= ${visitMs} THEN first_ms END AS first_ms, first_video,
          CASE WHEN seq = shown_seq THEN videos END AS videos
        FROM ${ordered} AS events ASOF LEFT JOIN shown
        ON events.person = shown.person AND events.video_id = shown.video_id AND events.seq >= shown.shown_seq
      )
      SELECT type, person, time_ms::DOUBLE AS time_ms, video_id, event_id, watched_ms::INTEGER AS watched_ms, named_creator, category, reason, surface, length_ms,
        first_ms::DOUBLE AS first_ms, first_video, videos, ${factColumns}
      FROM placed LEFT JOIN facts USING (video_id) ORDER BY seq`,
    addRecords(columns, from, to, records) {
      const at = columns as unknown as EventColumns
      for (let row = from; row < to; row++) {
        const type = at.type[row]!
        const person = at.person[row]!
        const timeMs = at.time_ms[row]! + shift.ms
        const firstMs = at.first_ms[row]
        const slateId = firstMs == null ? '' : slateIdOf(person, firstMs, at.first_video[row]!)
        const page = at.videos[row]
        if (page) records.push(slateRecord(slateId, person, timeMs, at.surface[row]!, itemsOf(page, categoriesOfVideo)))
        const event = {
          ...blankEvent,
          type,
          person,
          eventId: at.event_id[row] || `${at.video_id[row] || at.named_creator[row] || at.category[row]}@${at.time_ms[row]}.${type}`,
          timeMs,
          acceptedMs: timeMs,
          videoId: at.video_id[row]!,
          creatorId: at.named_creator[row] || at.creator[row]!,
          lengthMs: at.length_ms[row] || undefined,
          categories: categoriesOfVideo(at.categories[row]!),
          audioId: at.audio[row]!,
          watchMs: at.watched_ms[row] ?? undefined,
          reason: at.reason[row]!,
          slateId,
          surface: at.surface[row]!,
          category: at.category[row]!,
        }
        records.push(eventRecord(event))
      }
    },
  }
}

const categoriesOfVideo = remembered(strongestCategories)
