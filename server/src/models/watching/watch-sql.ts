import { dayMs } from '../../clock.ts'
import type { Task } from '../tasks.ts'
import { watchLimits } from './model-watch.ts'
import { mostWatchMs } from './shown-rows.ts'

/** The label of each task, as the label join has it. */
const labels: Readonly<Record<Task, string>> = {
  finish: 'finish',
  long_view: 'long_view',
  like: 'liked',
  share: 'shared',
  comment: 'commented',
  follow: 'followed',
  skip: 'skipped',
  not_interested: 'not_interested',
  click: 'clicked',
  watch_ms: `least(watch_ms, ${mostWatchMs})`,
}

/**
 * The table `watched`: a row a displayed video of an own page, with its labels, what was predicted and by which model. Made
 * of `joinedSql` (the label join over `served` and `events`) and `served`.
 */
export const watchedSql = (joinedSql: string, nowMs: number): string => `
  CREATE OR REPLACE TEMP TABLE watched AS
  SELECT joined.*, nullif(served.model, '') AS model, served.terms
  FROM (${joinedSql}) AS joined JOIN served ON served.slate_id = joined.slate_id AND served.item_index = joined.item_index
  WHERE NOT joined.imported AND joined.time_ms <= ${nowMs - watchLimits.horizonMs}`

/**
 * Views over `watched`, `served` and `catalog`, in the order in which they must be made:
 *
 * - `model_calibration_by_hour`: by date, hour, model and task how many videos were judged, what was predicted of them and what
 *   came of it (sums: chances and counts, or ms), the ratio, and the difference in standard errors, of which pages are the
 *   draws (see `Calibration`).
 * - `model_calibration_by_category`: the same by category too; a video counts in each of its own.
 * - `model_calibration`, `model_calibration_of_category`: of all hours together.
 * - `source_shares_by_hour`: by date, hour and source what was displayed and watched, with the share of the hour.
 * - `source_shares`: of all hours together.
 * - `shown_by_hour`: pages, videos, share of new ones, categories a page, and novelty in bits, by impressions of all hours
 *   that are looked at.
 */
export const watchViewsSql: readonly string[] = [
  `CREATE OR REPLACE TEMP VIEW model_outcomes AS
  SELECT date, hour, slate_id, item_index, categories, model, task, predicted, actual
  FROM (SELECT date, hour, slate_id, item_index, categories, model, ${unnested()} FROM watched WHERE model IS NOT NULL)
  WHERE predicted > 0 AND actual IS NOT NULL`,
  calibrationSql('model_calibration', 'model_outcomes', ['model', 'task']),
  calibrationSql('model_calibration_by_hour', 'model_outcomes', ['date', 'hour', 'model', 'task']),
  calibrationSql('model_calibration_by_category', '(SELECT *, unnest(categories) AS category FROM model_outcomes)', [
    'date',
    'hour',
    'model',
    'task',
    'category',
  ]),
  calibrationSql('model_calibration_of_category', '(SELECT *, unnest(categories) AS category FROM model_outcomes)', [
    'model',
    'task',
    'category',
  ]),
  sharesSql('source_shares', ''),
  sharesSql('source_shares_by_hour', 'date, hour,'),
  `CREATE OR REPLACE TEMP VIEW shown_by_hour AS
  WITH own AS (FROM served WHERE NOT imported
  ), impressions AS (SELECT video_id, count(*) AS times, sum(count(*)) OVER () AS of_all FROM own GROUP BY video_id
  ), uploads AS (SELECT video_id, arg_max(upload_ms, time_ms) AS upload_ms FROM catalog GROUP BY video_id
  ), variety AS (
    SELECT date, hour, avg(categories) AS categories_a_page
    FROM (SELECT date, hour, slate_id, count(DISTINCT category) AS categories
      FROM (SELECT date, hour, slate_id, unnest(categories) AS category FROM own) GROUP BY ALL) GROUP BY date, hour)
  SELECT own.date, own.hour, count(DISTINCT slate_id) AS pages, count(*) AS videos,
    ${isNew(dayMs)} AS share_new_day, ${isNew(7 * dayMs)} AS share_new_week,
    any_value(categories_a_page) AS categories_a_page, avg(-log2(times / of_all)) AS novelty_bits
  FROM own JOIN impressions USING (video_id) LEFT JOIN uploads USING (video_id)
    LEFT JOIN variety ON variety.date = own.date AND variety.hour = own.hour
  GROUP BY own.date, own.hour`,
]

/** Of unknown age is not new, as in `ShownPages`. */
function isNew(ageMs: number): string {
  return `avg(coalesce(own.time_ms - upload_ms <= ${ageMs}, false)::INTEGER)`
}

function unnested(): string {
  const tasks = Object.entries(labels)
  const list = (values: readonly string[]) => `unnest([${values.join(', ')}])`
  return `${list(tasks.map(([task]) => `'${task}'`))} AS task,
    ${list(tasks.map(([task]) => `terms['${task}']::DOUBLE`))} AS predicted, ${list(tasks.map(([, label]) => `(${label})::DOUBLE`))} AS actual`
}

function calibrationSql(view: string, from: string, columns: readonly string[]): string {
  const by = columns.join(', ')
  return `CREATE OR REPLACE TEMP VIEW ${view} AS
  SELECT ${by}, sum(videos)::BIGINT AS videos, sum(predicted) AS predicted, sum(actual) AS actual, sum(actual) / sum(predicted) AS ratio,
    (sum(actual) - sum(predicted)) / nullif(sqrt(greatest(sum(variance), sum((actual - predicted) ** 2))), 0) AS standard_errors
  FROM (SELECT ${by}, slate_id, count(*) AS videos, sum(predicted) AS predicted, sum(actual) AS actual,
      sum(CASE WHEN task = 'watch_ms' THEN 0 ELSE predicted * (1 - predicted) END) AS variance
    FROM ${from} GROUP BY ${by}, slate_id)
  GROUP BY ${by}`
}

function sharesSql(view: string, by: string): string {
  const together = by === '' ? '()' : '(PARTITION BY date, hour)'
  return `CREATE OR REPLACE TEMP VIEW ${view} AS
  SELECT *, shown / sum(shown) OVER together AS share_shown, watched_ms / nullif(sum(watched_ms) OVER together, 0) AS share_watched
  FROM (SELECT ${by} source, count(*) AS shown, count(*) FILTER (long_view) AS long_views, coalesce(sum(watch_ms), 0)::BIGINT AS watched_ms
    FROM watched WHERE source IS NOT NULL GROUP BY ALL)
  WINDOW together AS ${together}`
}
