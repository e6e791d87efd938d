import type { ImportDatabase } from '../importing/database.ts'
import { makePages } from '../importing/pages.ts'
import type { Day } from './day.ts'
import type { ShownVideo } from './page-order.ts'
import type { Visit } from './visitors.ts'

/** A page of the day as it was imported, less what the person had been shown before; of two videos at least. */
export interface DayPage extends Visit {
  readonly person: string
  /** In the order in which they were shown. */
  readonly shown: readonly ShownVideo[]
}

export interface DayPages {
  /** By person, when and where they came first. */
  readonly visits: ReadonlyMap<string, Visit>
  readonly pages: readonly DayPage[]
}

/** Needs the tables `log` and `shown`, which has what was shown before. */
export async function readDayPages(database: ImportDatabase, { startMs, endMs }: Day): Promise<DayPages> {
  await database.run(`CREATE TABLE of_day AS
    SELECT *, CASE WHEN tab = '1' THEN 'main' ELSE 'tab-' || COALESCE(tab, '') END AS surface,
      row_number() OVER (ORDER BY time_ms, person, video_id, file, row) AS seq
    FROM log WHERE refused IS NULL AND time_ms >= ${startMs} AND time_ms < ${endMs}`)
  await makePages(database, 'of_day', 'day_pages')
  const visits = await database.rows('SELECT person, min(time_ms)::DOUBLE, arg_min(surface, seq) FROM of_day GROUP BY person')
  const rows = await database.rows(`
    SELECT person, surface, first_ms::DOUBLE,
      to_json(list({ 'videoId': video_id, 'watchMs': watch_ms, 'longView': long_viewed } ORDER BY seq))::VARCHAR
    FROM (SELECT *, row_number() OVER (PARTITION BY person, video_id ORDER BY seq) AS nth FROM of_day ANTI JOIN shown USING (person, video_id))
      JOIN day_pages USING (seq)
    WHERE nth = 1 GROUP BY person, surface, first_ms, first_video HAVING count(*) > 1 ORDER BY min(seq)`)
  return {
    visits: new Map(visits.map(([person, timeMs, surface]) => [String(person), { timeMs: Number(timeMs), surface: String(surface) }])),
    pages: rows.map(([person, surface, timeMs, shown]) => ({
      person: String(person),
      surface: String(surface),
      timeMs: Number(timeMs),
      shown: JSON.parse(String(shown)),
    })),
  }
}
