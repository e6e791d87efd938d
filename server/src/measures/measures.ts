import type { Measure } from './measure.ts'
import { inLast, monthDays, weekDays } from './measure-tables.ts'

/** A session with more watching than this succeeds, in ms. */
const successMs = 100_000
/** Dislikes for each watch of the last week from which on a person is at risk of leaving. */
const riskRate = 0.1
/** Impressions of videos that are later reported or taken down, of all. */
const irresponsibleShare = 0.001
/** Well watched is a video with so many watches in a month; liked, one with so many likes. */
export const wellWatched = { watches: 10, likes: 3 }

const rate = (part: string, whole: string) => `sum(${part}) / nullif(sum(${whole}), 0)`
const aDay = (value: string, outOf: string, from: string) => `SELECT day, ${value} AS value, ${outOf} AS out_of FROM ${from} GROUP BY day`
const count = (value: string, from: string) => `SELECT day, ${value} AS value FROM ${from} GROUP BY day`

/** Everybody whom the last month has seen, on how many days. */
const activeInMonth = `SELECT days.day, person, count(*) AS active FROM days JOIN person_days ON ${inLast(monthDays, 'person_days')}
  GROUP BY days.day, person`

/** Creators who uploaded something in the last month. */
const published = `SELECT DISTINCT days.day, creator_id FROM days JOIN videos
  ON videos.upload_ms >= epoch_ms(days.day - ${monthDays - 1}) AND videos.upload_ms < epoch_ms(days.day + 1) WHERE creator_id IS NOT NULL`

/** The measures, in the order in which they are shown. */
export const measures: readonly Measure[] = [
  {
    name: 'active_people_day',
    title: 'Active people a day',
    meaning: 'People who did or were shown something on the day.',
    unit: 'people',
    isCount: true,
    sql: count('count(*)', 'person_days'),
  },
  {
    name: 'active_people_month',
    title: 'Active people a month',
    meaning: 'People who did or were shown something in the 30 days up to this one.',
    unit: 'people',
    isCount: true,
    sql: count('count(*)', `(${activeInMonth})`),
  },
  {
    name: 'active_days_month',
    title: 'Days active in a month',
    meaning: 'On how many of the 30 days up to this one those people were active, on average.',
    unit: 'days',
    isCount: false,
    sql: aDay('avg(active)', 'count(*)', `(${activeInMonth})`),
  },
  {
    name: 'watch_time',
    title: 'Watch time',
    meaning: 'Time watched on the day by each of its active people, on average; of a play at most ten minutes.',
    unit: 'ms',
    isCount: false,
    sql: aDay('avg(watch_ms)', 'count(*)', 'person_days'),
  },
  {
    name: 'session_success',
    title: 'Session success',
    meaning: 'Share of the sessions that began on the day with more than 100 s of watching; a break of half an hour ends a session.',
    unit: 'share',
    isCount: false,
    sql: aDay(`avg((watch_ms > ${successMs})::INTEGER)`, 'count(*)', 'sessions'),
  },
  {
    name: 'impressions',
    title: 'Impressions',
    meaning: 'Videos that were served, which counts as shown.',
    unit: 'videos',
    isCount: true,
    sql: count('count(*)', 'shown'),
    live: 'all.impressions',
  },
  {
    name: 'watches',
    title: 'Watches',
    meaning: 'Plays of 10 s or more, or to the end.',
    unit: 'videos',
    isCount: true,
    sql: count('sum(watches)', 'person_days'),
    live: 'all.watches',
  },
  {
    name: 'watch_rate',
    title: 'Click-through rate',
    meaning: 'Watches for each impression of the day.',
    unit: 'share',
    isCount: false,
    sql: aDay(rate('watches', 'impressions'), 'sum(impressions)', 'video_days'),
    live: 'all.watches / all.impressions',
  },
  {
    name: 'like_rate',
    title: 'Like rate',
    meaning: 'Likes for each watch of the day.',
    unit: 'share',
    isCount: false,
    sql: aDay(rate('likes', 'watches'), 'sum(watches)', 'person_days'),
    live: 'all.likes / all.watches',
  },
  {
    name: 'dislike_rate',
    title: 'Dislike rate',
    meaning: 'Dislikes, and not interested, for each watch of the day.',
    unit: 'share',
    isCount: false,
    sql: aDay(rate('dislikes', 'watches'), 'sum(watches)', 'person_days'),
    live: 'all.dislikes / all.watches',
  },
  {
    name: 'people_at_risk',
    title: 'People at risk',
    meaning: 'Share of the people of the 7 days up to this one whose dislikes in them are more than 10 % of their watches.',
    unit: 'share',
    isCount: false,
    sql: aDay(
      'avg(at_risk::INTEGER)',
      'count(*)',
      `(
  SELECT days.day, person, sum(dislikes) > ${riskRate} * sum(watches) AS at_risk
  FROM days JOIN person_days ON ${inLast(weekDays, 'person_days')} GROUP BY days.day, person)`,
    ),
  },
  {
    name: 'responsibility',
    title: 'Responsibility',
    meaning: 'Share of the impressions of the day that were of videos reported or taken down later, as far as is known now.',
    unit: 'share',
    isCount: false,
    limit: irresponsibleShare,
    sql: aDay(
      'avg(coalesce(last_ms >= time_ms, false)::INTEGER)',
      'count(*)',
      `shown LEFT JOIN (
  SELECT video_id, max(time_ms) AS last_ms
  FROM (SELECT video_id, time_ms FROM acts WHERE type = 'report' UNION ALL SELECT video_id, time_ms FROM catalog WHERE state = 'taken_down')
  GROUP BY video_id) USING (video_id)`,
    ),
  },
  {
    name: 'inventory',
    title: 'Inventory',
    meaning: `Videos that may be shown now and had ${wellWatched.watches} watches or ${wellWatched.likes} likes or more in the 30 days up to this one.`,
    unit: 'videos',
    isCount: true,
    sql: count(
      'count(*)',
      `(
  SELECT days.day, video_id FROM days JOIN video_days ON ${inLast(monthDays, 'video_days')} JOIN videos USING (video_id)
  WHERE state = 'cleared' GROUP BY days.day, video_id
  HAVING sum(watches) >= ${wellWatched.watches} OR sum(likes) >= ${wellWatched.likes})`,
    ),
  },
  {
    name: 'publishing_creators',
    title: 'Publishing creators',
    meaning: 'Creators who uploaded something in the 30 days up to this one.',
    unit: 'creators',
    isCount: true,
    sql: count('count(*)', `(${published})`),
  },
  {
    name: 'publishing_creators_by_likes',
    title: 'Publishing creators by like rate',
    meaning: 'The same creators, each counted with the likes for each watch of their videos in those 30 days, at most 1.',
    unit: 'creators',
    isCount: true,
    sql: `WITH published AS (${published}), liked AS (
  SELECT days.day, creator_id, least(1, ${rate('likes', 'watches')}) AS like_rate
  FROM days JOIN video_days ON ${inLast(monthDays, 'video_days')} JOIN videos USING (video_id) GROUP BY days.day, creator_id
)
SELECT day, coalesce(sum(like_rate), 0) AS value FROM published LEFT JOIN liked USING (day, creator_id) GROUP BY day`,
  },
  {
    name: 'first_impression',
    title: 'Upload to first impression',
    meaning: 'Median time until a video that was uploaded on the day was shown first, of those that were shown.',
    unit: 'ms',
    isCount: false,
    sql: aDay(
      'median(first_ms - upload_ms)',
      'count(*)',
      `(
  SELECT days.day, upload_ms, first_ms
  FROM days JOIN videos ON upload_ms >= epoch_ms(days.day) AND upload_ms < epoch_ms(days.day + 1)
    JOIN (SELECT video_id, min(time_ms) AS first_ms FROM shown GROUP BY video_id) USING (video_id) WHERE first_ms >= upload_ms)`,
    ),
    live: 'uploads.first_impression_s',
  },
]
