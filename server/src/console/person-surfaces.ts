import { hourMs } from '../clock.ts'
import { quoted } from '../lake/database.ts'
import { partitionOf } from '../lake/lake-tables.ts'
import type { OpenedLake } from '../lake/look-into.ts'
import { filesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { PersonState } from '../people/person-state.ts'

/** By video of a person's history: the surface where it was shown, as far as the lake has it. */
export async function surfacesOf(
  userid: string,
  { history }: PersonState,
  { database, lake, manifest }: OpenedLake,
): Promise<Map<string, string>> {
  const hours = new Set(history.entries.map(({ timeS }) => partitionOf(Math.floor((timeS * 1_000) / hourMs))))
  const files = filesOf(manifest, 'events', hours)
  const { rows } = await database.answer(`
    SELECT video_id, arg_max(surface, time_ms) AS surface FROM ${rowsSql('events', files, (path) => lake.location(path))}
    WHERE person = ${quoted(userid)} AND video_id IS NOT NULL AND surface IS NOT NULL GROUP BY video_id`)
  return new Map(rows.map(([videoId, surface]) => [String(videoId), String(surface)]))
}
