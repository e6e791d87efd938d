import { inLast, monthDays } from './measure-tables.ts'
import { wellWatched } from './measures.ts'

/** A language, country or category with fewer well-watched videos is a gap: a person of its own would soon have seen them all. */
export const enoughVideos = 10

/**
 * By language, country and category: videos that may be shown now, and those of them that were well watched or liked in
 * the month up to the last of `days`; the worst gaps first. From the tables of `measure-tables.ts`.
 */
export const inventorySql = `WITH good AS (
  SELECT video_id FROM (SELECT max(day) AS day FROM days) AS days JOIN video_days ON ${inLast(monthDays, 'video_days')}
  GROUP BY video_id HAVING sum(watches) >= ${wellWatched.watches} OR sum(likes) >= ${wellWatched.likes}
), cleared AS (
  SELECT videos.*, good.video_id IS NOT NULL AS is_good FROM videos LEFT JOIN good USING (video_id) WHERE state = 'cleared'
), named AS (
  SELECT 'language' AS dimension, language AS name, is_good FROM cleared
  UNION ALL SELECT 'country', unnest(CASE WHEN len(countries) > 0 THEN countries ELSE [''] END), is_good FROM cleared
  UNION ALL SELECT 'category', unnest(CASE WHEN len(categories) > 0 THEN categories ELSE [''] END), is_good FROM cleared
)
SELECT dimension, name, count(*) AS videos, count_if(is_good) AS well_watched
FROM named GROUP BY dimension, name ORDER BY well_watched, videos DESC, dimension, name`
