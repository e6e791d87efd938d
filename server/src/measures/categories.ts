/** What is counted of a category, as the live counters have it: see `WatchResponse.CategoryCounts`. */
export const categoryCounts = ['impressions', 'plays', 'watches', 'watch_ms', 'likes', 'dislikes'] as const

/** Of a day these are kept, those with the most impressions. */
const mostCategories = 300

/**
 * By day and category: what was shown and done, from the tables of `measure-tables.ts`. A video counts in each of its own;
 * without one, in ''.
 */
export const categoriesSql = `SELECT day, category, ${categoryCounts.map((name) => `sum(${name}) AS ${name}`).join(', ')}
FROM (SELECT video_days.*, unnest(CASE WHEN len(categories) > 0 THEN categories ELSE [''] END) AS category
  FROM days JOIN video_days USING (day) LEFT JOIN videos USING (video_id))
GROUP BY day, category
QUALIFY row_number() OVER (PARTITION BY day ORDER BY sum(impressions) DESC, category) <= ${mostCategories}`
