import type { EventRecord } from '../../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import type { ColumnName, Value } from '../language/columns.ts'
import type { Window } from '../language/windows.ts'
import { type Stream, text } from './stream.ts'

/** Types of events, as tables and expressions name them. */
export const eventTypes = {
  watch: Type.Watch,
  like: Type.Like,
  share: Type.Share,
  comment: Type.Comment,
  impression: Type.Impression,
  follow: Type.Follow,
  unlike: Type.Unlike,
  dislike: Type.Dislike,
  not_interested: Type.NotInterested,
  report: Type.Report,
  block_creator: Type.BlockCreator,
} as const

export type EventType = keyof typeof eventTypes

const nameOfType = new Map<number, string>(Object.entries(eventTypes).map(([name, type]) => [type, name]))

const readers = {
  person: ({ person }) => person,
  time_ms: ({ timeMs }) => timeMs,
  row_id: ({ eventId }) => eventId,
  type: ({ type }) => nameOfType.get(type),
  video_id: ({ videoId }) => text(videoId),
  creator_id: ({ creatorId }) => text(creatorId),
  audio_id: ({ audioId }) => text(audioId),
  categories: ({ categories }) => categories,
  length_ms: ({ lengthMs }) => lengthMs,
  watch_ms: ({ watchMs }) => watchMs,
  source_long_view: ({ sourceLongView }) => sourceLongView,
  surface: ({ surface }) => text(surface),
} satisfies Partial<Record<ColumnName, (event: EventRecord) => Value>>

type EventColumn = keyof typeof readers

// Lengths of time are 64-bit, so that whatever is made of them fits.
const inSql: Partial<Record<EventColumn, string>> = {
  row_id: 'event_id AS row_id',
  length_ms: 'CAST(length_ms AS BIGINT) AS length_ms',
  watch_ms: 'CAST(watch_ms AS BIGINT) AS watch_ms',
}

/** The columns that every stream of events has. */
export const commonColumns = [
  'person',
  'time_ms',
  'row_id',
  'video_id',
  'creator_id',
  'audio_id',
  'categories',
  'length_ms',
  'surface',
] as const satisfies readonly EventColumn[]

/** The events of some types that have a time of their own, or those that have none. */
export function eventStream<Name extends EventColumn, W extends Window>(parts: {
  readonly name: string
  readonly meaning: string
  readonly types: readonly EventType[]
  readonly untimed: boolean
  readonly columns: readonly Name[]
  readonly windows: readonly W[]
}): Stream<Name, W> {
  const { name, meaning, types, untimed, columns, windows } = parts
  const taken = new Set<number>(types.map((type) => eventTypes[type]))
  return {
    name,
    meaning,
    columns,
    windows,
    source: 'events',
    takes: (event) => taken.has(event.type) && event.untimed === untimed,
    read: readers,
    sql: `SELECT ${columns.map((column) => inSql[column] ?? column).join(', ')}
FROM events
WHERE type IN (${types.map((type) => `'${type}'`).join(', ')}) AND ${untimed ? 'untimed' : 'NOT untimed'}`,
  }
}
