import { minuteMs } from '../clock.ts'
import type { ImportDatabase } from './database.ts'
import type { ItemFacts } from './records.ts'

const longestGapMs = 30 * minuteMs
const mostOnAPage = 10

interface PageVideo {
  readonly id: string
  readonly creator: string | null
  readonly categories: string | null
  readonly audio: string | null
  readonly length: number | null
}

/**
 * Cuts the impressions of each person into pages, each of one surface. From the table `impressions` (seq, person, time_ms,
 * video_id, surface, row_length_ms), in which `seq` is the order of replay, it makes a table of (seq, first_ms, first_video, videos);
 * `videos`, a JSON list for `itemsOf`, is set where the page begins.
 */
export async function makePages(database: ImportDatabase, impressions: string, table: string): Promise<void> {
  await database.run(`
    CREATE TABLE page_of AS
    WITH gaps AS (
      SELECT seq, person, COALESCE(time_ms - lag(time_ms) OVER before > ${longestGapMs} OR surface != lag(surface) OVER before, true) AS is_start
      FROM ${impressions} WINDOW before AS (PARTITION BY person ORDER BY seq)
    ), visits AS (
      SELECT seq, max(CASE WHEN is_start THEN seq END) OVER (PARTITION BY person ORDER BY seq ROWS UNBOUNDED PRECEDING) AS visit FROM gaps
    ), numbered AS (
      SELECT seq, visit, (row_number() OVER (PARTITION BY visit ORDER BY seq) - 1) // ${mostOnAPage} AS page FROM visits
    )
    SELECT seq, min(seq) OVER (PARTITION BY visit, page) AS first_seq FROM numbered;
    CREATE TABLE ${table} AS
    WITH pages AS (
      SELECT first_seq, min(time_ms) AS first_ms, list({
        'id': video_id, 'creator': creator_id, 'categories': categories, 'audio': audio_id, 'length': COALESCE(row_length_ms, length_ms)
      } ORDER BY seq) AS videos
      FROM page_of JOIN (SELECT seq, time_ms, video_id, row_length_ms FROM ${impressions}) USING (seq) LEFT JOIN facts USING (video_id)
      GROUP BY first_seq
    )
    SELECT seq, first_ms, videos[1].id AS first_video, CASE WHEN seq = first_seq THEN to_json(videos)::VARCHAR END AS videos
    FROM page_of JOIN pages USING (first_seq);
    DROP TABLE page_of`)
}

/** What a page's JSON list says, as the slate's record has it. */
export function itemsOf(page: string, categoriesOf: (text: string) => string[]): ItemFacts[] {
  return (JSON.parse(page) as PageVideo[]).map(({ id, creator, categories, audio, length }) => ({
    videoId: id,
    creatorId: creator ?? '',
    categories: categoriesOf(categories ?? ''),
    audioId: audio ?? '',
    lengthMs: length ?? undefined,
  }))
}
