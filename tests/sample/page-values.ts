import type { View } from '../../server/src/features/language/view.ts'
import { windowColumn } from '../../server/src/features/sql/backfill-sql.ts'
import { feedFeatureSet } from '../../server/src/features/vector/feed-feature-set.ts'
import { featureColumns } from '../../server/src/samples/feature-columns.ts'

/** Categories of videos as the catalogue has them last: the ones that a vector's counts are summed over, in this order. */
const ofCategories = `(
  SELECT video_id, unnest(list_distinct(categories)) AS category, list_position(categories, category) AS nth FROM (
    SELECT video_id, arg_max(categories, (time_ms, log_partition, log_offset)) AS categories FROM catalog GROUP BY video_id
  ))`

/** Items of pages with the keys of a view: once for each of a video's categories, if it is of those. */
function itemsSql(view: View): string {
  const rows = 'SELECT slate_id, item_index, person, time_ms, video_id, item_values FROM features'
  return 'category' in view.entity
    ? `(${rows}) AS items LEFT JOIN ${ofCategories} AS of_categories USING (video_id)`
    : `(SELECT *, 1 AS nth FROM (${rows})) AS items`
}

/** What `vireo features backfill` is to be asked for: each key of the view in each page, as of the page. */
export function requestsSql(view: View): string {
  const keys = Object.keys(view.entity)
  const known = keys.map((key) => `${key} IS NOT NULL`).join(' AND ')
  return `SELECT row_number() OVER () AS request_id, * FROM (SELECT DISTINCT time_ms, ${keys.join(', ')} FROM ${itemsSql(view)} WHERE ${known})`
}

/**
 * Over the lake's views: how many items, how many features each, how many items of which any is more than 0, of how many one differs, and one of
 * them. `prefix` begins the names of features that are of the view; `answers` is what it was filled back with.
 */
export function comparisonSql(view: View, prefix: string, answers: string): string {
  const names = new Map(
    view.windows.flatMap((window) =>
      Object.keys(view.aggregations).map((name) => [`${prefix}_${name}_${window}`, windowColumn(window, name)]),
    ),
  )
  const features = featureColumns(feedFeatureSet).filter(({ name, side }) => side === 'item_values' && names.has(name))
  const logged = features.map(({ at }) => `any_value(item_values[${at + 1}])`)
  // Vectors are in 32 bits, and so is each of their sums.
  const made = features.map(({ name }) => {
    const answer = `answers."${names.get(name)}"`
    const parts = `list(${answer}::FLOAT ORDER BY nth) FILTER (${answer} IS NOT NULL)`
    return `coalesce(list_reduce(${parts}, lambda sum, part: sum + part), 0)::BIGINT`
  })
  const keys = ['time_ms', ...Object.keys(view.entity)]
  return `SELECT count(*), ${features.length}, count(*) FILTER (list_max(logged) > 0), count(*) FILTER (logged <> made), any_value({ 'slate_id': slate_id, 'item_index': item_index, 'logged': logged, 'made': made }) FILTER (logged <> made)
FROM (
  SELECT slate_id, item_index, [${logged.join(', ')}] AS logged, [${made.join(', ')}] AS made
  FROM ${itemsSql(view)} LEFT JOIN ${answers} AS answers USING (${keys.join(', ')})
  GROUP BY slate_id, item_index
)`
}
