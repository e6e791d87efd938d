import { dayMs } from '../clock.ts'
import { mostWatchMs } from '../models/watching/shown-rows.ts'
import { countedWatchMs } from '../people/outcomes.ts'
import { sessionGapMs } from '../samples/label-join.ts'

/** How far back a month reaches, this day included. */
export const monthDays = 30
export const weekDays = 7

export interface NamedTable {
  readonly name: string
  /** What a row is. */
  readonly meaning: string
  readonly sql: string
}

/** The day (DATE, in UTC) of a time in ms since 1970. */
const dayOf = (ms: string) => `(DATE '1970-01-01' + CAST(floor(${ms} / ${dayMs}) AS INTEGER))`

/** A play of 10 s or more, or to the end. What is unknown is left out of `least`. */
const isWatch = `type = 'watch' AND coalesce(watch_ms >= least(length_ms, ${countedWatchMs}), false)`

/** `day` of a row lies in the last days up to `days.day`. */
export const inLast = (days: number, table: string): string => `${table}.day BETWEEN days.day - ${days - 1} AND days.day`

/**
 * What the measures are made of, in this order, from the lake's tables `events`, `served` and `catalog` and from `days`
 * (one row a day that is asked for, DATE). What was imported without a time of its own has no day, and counts nowhere.
 */
export const measureTables: readonly NamedTable[] = [
  {
    name: 'acts',
    meaning: 'Something that somebody did.',
    sql: `SELECT ${dayOf('time_ms')} AS day, person, time_ms, type, video_id,
  ${isWatch} AS is_watch,
  CASE WHEN type = 'watch' THEN least(coalesce(watch_ms, 0), ${mostWatchMs}) ELSE 0 END AS watch_ms
FROM events WHERE NOT untimed`,
  },
  {
    name: 'shown',
    meaning: 'A video in a page that was served: that counts as shown.',
    sql: `SELECT ${dayOf('time_ms')} AS day, person, time_ms, video_id FROM served`,
  },
  {
    name: 'videos',
    meaning: 'A video as it is now. Its upload is the time that its first record names.',
    sql: `SELECT video_id, arg_max(creator_id, log_offset) AS creator_id, arg_max(state, log_offset) AS state,
  arg_max(coalesce(language, ''), log_offset) AS language, arg_max(countries, log_offset) AS countries,
  arg_max(categories, log_offset) AS categories, coalesce(arg_min(upload_ms, log_offset), min(time_ms)) AS upload_ms
FROM catalog GROUP BY video_id`,
  },
  {
    name: 'person_days',
    meaning: 'A person on a day on which they did or were shown something.',
    sql: `SELECT day, person, count_if(is_watch) AS watches, sum(watch_ms) AS watch_ms,
  count_if(type = 'like') AS likes, count_if(type IN ('dislike', 'not_interested')) AS dislikes
FROM (SELECT day, person, type, is_watch, watch_ms FROM acts UNION ALL SELECT DISTINCT day, person, 'shown', false, 0 FROM shown)
GROUP BY day, person`,
  },
  {
    name: 'video_days',
    meaning: 'A video on a day on which it was shown or something was done with it.',
    sql: `SELECT day, video_id, sum(impressions) AS impressions, sum(plays) AS plays, sum(watches) AS watches, sum(watch_ms) AS watch_ms,
  sum(likes) AS likes, sum(dislikes) AS dislikes
FROM (
  SELECT day, video_id, 0 AS impressions, count_if(type = 'watch') AS plays, count_if(is_watch) AS watches, sum(watch_ms) AS watch_ms,
    count_if(type = 'like') AS likes, count_if(type IN ('dislike', 'not_interested')) AS dislikes
  FROM acts WHERE video_id IS NOT NULL GROUP BY day, video_id
  UNION ALL SELECT day, video_id, count(*), 0, 0, 0, 0, 0 FROM shown GROUP BY day, video_id)
GROUP BY day, video_id`,
  },
  {
    name: 'sessions',
    meaning: 'What a person did and was shown without a break of half an hour, on the day on which it began.',
    sql: `WITH moments AS (
  SELECT person, time_ms, watch_ms FROM acts WHERE day BETWEEN (SELECT min(day) - 1 FROM days) AND (SELECT max(day) + 1 FROM days)
  UNION ALL SELECT DISTINCT person, time_ms, 0 FROM shown WHERE day BETWEEN (SELECT min(day) - 1 FROM days) AND (SELECT max(day) + 1 FROM days)
), breaks AS (
  SELECT *, coalesce(time_ms - lag(time_ms) OVER (PARTITION BY person ORDER BY time_ms) > ${sessionGapMs}, true) AS begins FROM moments
), numbered AS (
  SELECT *, count_if(begins) OVER (PARTITION BY person ORDER BY time_ms) AS session FROM breaks
)
SELECT ${dayOf('min(time_ms)')} AS day, person, sum(watch_ms) AS watch_ms FROM numbered GROUP BY person, session`,
  },
]
