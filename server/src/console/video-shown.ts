import { hourMs } from '../clock.ts'
import type { VideoShown } from '../generated/vireo/v1/console_video.ts'
import { quoted } from '../lake/database.ts'
import { hourOf } from '../lake/lake-tables.ts'
import type { OpenedLake } from '../lake/look-into.ts'
import { filesOf } from '../lake/manifest-changes.ts'
import { newestMs } from '../lake/standing.ts'
import { rowsSql } from '../lake/views.ts'
import { momentAt } from './timestamps.ts'

/** Hours with pages that are looked into, the newest. */
const hoursLookedAt = 168
const mostParts = 32
const mostShown = 50

/** Where a video was shown. Runs two queries over the newest hours of `served`. */
export async function videoShown(videoId: string, { database, lake, manifest }: OpenedLake): Promise<VideoShown> {
  const byHour = Map.groupBy(filesOf(manifest, 'served'), ({ partition }) => hourOf(partition) ?? 0)
  const hours = [...byHour.keys()].sort((a, b) => b - a).slice(0, hoursLookedAt)
  const files = hours.flatMap((hour) => byHour.get(hour)!)
  const rows = `${rowsSql('served', files, (path) => lake.location(path))} WHERE video_id = ${quoted(videoId)}`
  const counted = await database.answer(`
    SELECT CASE grouping(source, surface, position) WHEN 3 THEN 'source' WHEN 5 THEN 'surface' WHEN 6 THEN 'position' ELSE 'all' END AS part,
      coalesce(source, surface, position::VARCHAR, '') AS name, count(*) AS times, count(*) FILTER (propensity > 0) AS explored
    FROM ${rows} GROUP BY GROUPING SETS ((), (source), (surface), (position)) ORDER BY times DESC, name`)
  const parts = counted.rows as [string, string, number, number][]
  const all = parts.find(([part]) => part === 'all')
  const by = (wanted: string) =>
    parts.flatMap(([part, name, times]) => (part === wanted ? [{ name, times: BigInt(times) }] : [])).slice(0, mostParts)
  const last = await database.answer(`
    SELECT time_ms, person, slate_id, source, surface, position, propensity, reason, imported FROM ${rows}
    ORDER BY time_ms DESC, slate_id LIMIT ${mostShown}`)
  return {
    from: hours.length === 0 ? undefined : momentAt(hours.at(-1)! * hourMs),
    until: momentAt(newestMs(manifest, 'served')),
    times: BigInt(all?.[2] ?? 0),
    explored: BigInt(all?.[3] ?? 0),
    bySource: by('source'),
    bySurface: by('surface'),
    byPosition: by('position').sort((a, b) => Number(a.name) - Number(b.name)),
    last: last.rows.map((row) => {
      const [timeMs, userid, slateId, source, surface, position, propensity, reason, imported] = row as [
        number,
        string,
        string,
        string | null,
        string | null,
        number | null,
        number | null,
        string | null,
        boolean,
      ]
      return {
        time: momentAt(timeMs),
        userid,
        slateId,
        source: source ?? '',
        surface: surface ?? '',
        position: position ?? undefined,
        propensity: propensity ?? 0,
        reason: reason ?? '',
        imported,
      }
    }),
  }
}
