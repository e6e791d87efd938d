import { dayMs } from '../clock.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import type { ImportDatabase } from './database.ts'
import { tagsOf } from './kuairand-videos.ts'
import { itemsOf, makePages } from './pages.ts'
import { blankEvent, eventRecord, slateIdOf, slateRecord } from './records.ts'
import { isTime, largestInt32, tooLong } from './row-checks.ts'
import { type Group, ofGroup, type RowStream, type Shift } from './row-stream.ts'
import type { Staging } from './stage-file.ts'
import { type FactColumns, factColumns } from './video-facts.ts'

/** The outcomes of a row that are events of their own, each a bit in `outcomes`. */
const outcomeEvents = [
  ['is_like', Type.Like],
  ['is_follow', Type.Follow],
  ['is_comment', Type.Comment],
  ['is_forward', Type.Share],
  ['is_hate', Type.NotInterested],
] as const
const flags = [...outcomeEvents.map(([name]) => name), 'is_click', 'long_view']

export const stagedLog = (until?: number): Staging => ({
  table: 'log',
  required: ['user_id', 'video_id', 'time_ms', 'play_time_ms', 'duration_ms', 'tab', ...flags],
  optional: [],
  numbersOnly: true,
  values: {
    person: 'user_id',
    video_id: 'video_id',
    time_ms: 'TRY_CAST(time_ms AS BIGINT)',
    watch_ms: 'TRY_CAST(play_time_ms AS DOUBLE)',
    row_length_ms: `CASE WHEN TRY_CAST(duration_ms AS DOUBLE) BETWEEN 1 AND ${largestInt32} THEN TRY_CAST(duration_ms AS DOUBLE)::INTEGER END`,
    tab: 'tab',
    clicked: 'TRY_CAST(is_click AS DOUBLE) > 0',
    long_viewed: 'TRY_CAST(long_view AS DOUBLE) > 0',
    outcomes: outcomeEvents.map(([name], bit) => `(TRY_CAST(${name} AS DOUBLE) > 0)::INTEGER * ${1 << bit}`).join(' + '),
  },
  refusals: [
    ['ROW_MISSING_ID', 'user_id IS NULL OR source.video_id IS NULL'],
    ['ROW_ID_TOO_LONG', tooLong('user_id', 'source.video_id')],
    ['ROW_BAD_TIME', `NOT ${isTime('TRY_CAST(source.time_ms AS BIGINT)')}`],
    ['ROW_BAD_NUMBER', 'watch_ms IS NULL OR isnan(watch_ms) OR clicked IS NULL OR long_viewed IS NULL OR outcomes IS NULL'],
    ['ROW_WATCH_NEGATIVE', 'watch_ms < 0'],
    ['ROW_WATCH_TOO_LONG', `watch_ms > ${dayMs}`],
  ],
  except: until === undefined ? undefined : `time_ms >= ${until}`,
})

interface LogColumns extends FactColumns {
  readonly person: readonly string[]
  readonly video_id: readonly string[]
  readonly time_ms: readonly number[]
  readonly watch_ms: readonly number[]
  readonly length: readonly (number | null)[]
  readonly tab: readonly string[]
  readonly clicked: readonly boolean[]
  readonly long_viewed: readonly boolean[]
  readonly outcomes: readonly number[]
  readonly first_ms: readonly number[]
  readonly first_video: readonly string[]
  readonly videos: readonly (string | null)[]
}

/** Timed impressions in the order of time: the page where one begins, a watch each, and what else the person did. */
export async function kuaiRandLog(database: ImportDatabase, group: Group, shift: Shift): Promise<RowStream> {
  const ordered = `ordered_${group.id}`
  const pages = `pages_${group.id}`
  await database.run(`CREATE TABLE ${ordered} AS
    SELECT *, COALESCE(tab, '') AS surface, row_number() OVER (ORDER BY time_ms, person, video_id, file, row) AS seq FROM log WHERE ${ofGroup(group)}`)
  await makePages(database, ordered, pages)
  return {
    rows: await database.number(`SELECT count(*) FROM ${ordered}`),
    sql: `SELECT person, video_id, time_ms::DOUBLE AS time_ms, watch_ms::INTEGER AS watch_ms, COALESCE(row_length_ms, length_ms) AS length,
        surface AS tab, clicked, long_viewed, outcomes, first_ms::DOUBLE AS first_ms, first_video, videos, ${factColumns}
      FROM ${ordered} JOIN ${pages} USING (seq) LEFT JOIN facts USING (video_id) ORDER BY seq`,
    addRecords(columns, from, to, records) {
      const at = columns as unknown as LogColumns
      for (let row = from; row < to; row++) {
        const person = at.person[row]!
        const timeMs = at.time_ms[row]! + shift.ms
        const surface = at.tab[row] === '1' ? 'main' : `tab-${at.tab[row]}`
        const slateId = slateIdOf(person, at.first_ms[row]!, at.first_video[row]!)
        const page = at.videos[row]
        if (page) records.push(slateRecord(slateId, person, timeMs, surface, itemsOf(page, tagsOf)))
        const id = `${at.video_id[row]}@${at.time_ms[row]}`
        const watch = {
          ...blankEvent,
          type: Type.Watch,
          person,
          eventId: `${id}.${Type.Watch}`,
          timeMs,
          acceptedMs: timeMs,
          videoId: at.video_id[row]!,
          creatorId: at.creator[row]!,
          lengthMs: at.length[row] ?? undefined,
          categories: tagsOf(at.categories[row]!),
          audioId: at.audio[row]!,
          watchMs: at.watch_ms[row]!,
          slateId,
          surface,
          sourceLongView: at.long_viewed[row]!,
          sourceClick: at.clicked[row]!,
        }
        records.push(eventRecord(watch))
        if (at.outcomes[row] === 0) continue
        // A millisecond later, so that the watch stays first wherever events are sorted.
        const after = {
          ...watch,
          timeMs: timeMs + 1,
          acceptedMs: timeMs + 1,
          watchMs: undefined,
          sourceLongView: undefined,
          sourceClick: undefined,
        }
        for (let bit = 0; bit < outcomeEvents.length; bit++) {
          if ((at.outcomes[row]! & (1 << bit)) === 0) continue
          const type = outcomeEvents[bit]![1]
          records.push(eventRecord({ ...after, type, eventId: `${id}.${type}` }))
        }
      }
    },
  }
}
