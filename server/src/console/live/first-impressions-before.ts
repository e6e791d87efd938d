import { dayMs, hourMs } from '../../clock.ts'
import { partitionOf } from '../../lake/lake-tables.ts'
import type { OpenedLake } from '../../lake/look-into.ts'
import { filesOf } from '../../lake/manifest-changes.ts'
import { rowsSql } from '../../lake/views.ts'

/** When a video was shown first, and when it was uploaded, in ms since 1970. */
export type FirstImpression = readonly [shownMs: number, uploadedMs: number]

/** First impressions in the day before `untilMs`, of videos that were uploaded at most a day before; the latest first. */
export async function firstImpressionsBefore(
  untilMs: number,
  most: number,
  { database, lake, manifest }: OpenedLake,
): Promise<FirstImpression[]> {
  const fromMs = untilMs - 2 * dayMs
  const hours = Array.from({ length: (untilMs - fromMs) / hourMs + 1 }, (_, at) => partitionOf(Math.floor(fromMs / hourMs) + at))
  const rows = (table: 'served' | 'catalog', partitions?: readonly string[]) =>
    rowsSql(table, filesOf(manifest, table, partitions), (path) => lake.location(path))
  const found = await database.answer(`
    SELECT min(time_ms) AS shown_ms, uploaded_ms
    FROM ${rows('served', hours)} JOIN (SELECT video_id, arg_max(upload_ms, log_offset) AS uploaded_ms FROM ${rows('catalog')}
      GROUP BY video_id HAVING uploaded_ms >= ${fromMs}) USING (video_id)
    WHERE NOT imported GROUP BY video_id, uploaded_ms
    HAVING shown_ms >= ${untilMs - dayMs} AND shown_ms < ${untilMs} ORDER BY shown_ms DESC LIMIT ${most}`)
  return found.rows.map(([shownMs, uploadedMs]) => [Number(shownMs), Number(uploadedMs)])
}
