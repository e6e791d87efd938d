import type { ColumnName, Value } from '../language/columns.ts'
import type { Window } from '../language/windows.ts'
import { anyWindow, type ServedItem, type Stream, text } from './stream.ts'

const readers = {
  person: ({ slate }) => slate.person,
  time_ms: ({ slate }) => slate.timeMs,
  row_id: ({ slate, index }) => `${slate.slateId}/${index}`,
  video_id: ({ item }) => text(item.videoId),
  creator_id: ({ item }) => text(item.creatorId),
  audio_id: ({ item }) => text(item.audioId),
  categories: ({ item }) => item.categories,
  length_ms: ({ item }) => item.lengthMs,
  surface: ({ slate }) => text(slate.surface),
} satisfies Partial<Record<ColumnName, (served: ServedItem) => Value>>

/** Videos that were served: served counts as shown. */
export const impressions: Stream<keyof typeof readers, Window> = {
  name: 'impressions',
  meaning: 'a video in a page that was served',
  source: 'served',
  columns: Object.keys(readers) as (keyof typeof readers)[],
  windows: anyWindow,
  takes: () => true,
  read: readers,
  sql: `SELECT person, time_ms, concat(slate_id, '/', CAST(item_index AS STRING)) AS row_id, video_id, creator_id, audio_id, categories,
  CAST(length_ms AS BIGINT) AS length_ms, surface
FROM served`,
}
