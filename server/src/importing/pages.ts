import { minuteMs } from '../clock.ts'
import type { ImportDatabase } from './database.ts'

const longestGapMs = 30 * minuteMs
const mostOnAPage = 10

/**
 * Cuts the impressions of each person into pages. From the table `impressions` (seq, person, time_ms, video_id), in
 * which `seq` is the order of replay, it makes a table of (seq, first_ms, first_video, videos); `videos`, a JSON
 * list, is set where the page begins.
 */
export async function makePages(database: ImportDatabase, impressions: string, table: string): Promise<void> {
  await database.run(`
    CREATE TABLE page_of AS
    WITH gaps AS (
      SELECT seq, person, COALESCE(time_ms - lag(time_ms) OVER (PARTITION BY person ORDER BY seq) > ${longestGapMs}, true) AS is_start
      FROM ${impressions}
    ), visits AS (
      SELECT seq, max(CASE WHEN is_start THEN seq END) OVER (PARTITION BY person ORDER BY seq ROWS UNBOUNDED PRECEDING) AS visit FROM gaps
    ), numbered AS (
      SELECT seq, visit, (row_number() OVER (PARTITION BY visit ORDER BY seq) - 1) // ${mostOnAPage} AS page FROM visits
    )
    SELECT seq, min(seq) OVER (PARTITION BY visit, page) AS first_seq FROM numbered;
    CREATE TABLE ${table} AS
    WITH pages AS (
      SELECT first_seq, min(time_ms) AS first_ms, list(video_id ORDER BY seq) AS videos
      FROM page_of JOIN ${impressions} USING (seq) GROUP BY first_seq
    )
    SELECT seq, first_ms, videos[1] AS first_video, CASE WHEN seq = first_seq THEN to_json(videos)::VARCHAR END AS videos
    FROM page_of JOIN pages USING (first_seq);
    DROP TABLE page_of`)
}
