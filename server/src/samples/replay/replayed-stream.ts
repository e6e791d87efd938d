import type { DuckDBListValue, DuckDBValue } from '@duckdb/node-api'
import { eventTypes } from '../../features/streams/event-stream.ts'
import { EventRecord, SlateItem, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import type { LakeDatabase } from '../../lake/database.ts'
import type { FeatureRequest } from './requests.ts'

/** One thing that happened, or is asked for. */
export type Replayed =
  | {
      readonly kind: 'request'
      readonly timeMs: number
      readonly person: string
      readonly surface: string
      readonly request: FeatureRequest
    }
  | { readonly kind: 'slate'; readonly timeMs: number; readonly slate: SlateRecord }
  | { readonly kind: 'event'; readonly timeMs: number; readonly event: EventRecord }

const columns = [
  'time_ms',
  'kind',
  'person',
  'surface',
  'request',
  'items',
  'id',
  'type',
  'video_id',
  'creator_id',
  'audio_id',
  'categories',
  'length_ms',
  'watch_ms',
  'untimed',
  'source_long_view',
  'category',
] as const
type Column = (typeof columns)[number]

/** The SQL of one kind of row: what it has, and NULL for the rest. */
function rowSql(from: string, has: Partial<Record<Column | 'log_partition' | 'log_offset', string>>): string {
  const cells = [...columns, 'log_partition', 'log_offset'].map((name) => `${has[name as Column] ?? 'NULL'} AS ${name}`)
  return `SELECT ${cells.join(', ')} FROM ${from}`
}

const inLog = { log_partition: 'log_partition', log_offset: 'log_offset' }

/**
 * In the order of time; of one time what is asked for comes before what was shown, and that before what was done: whoever
 * asks knows what came before, and not what comes with it.
 */
const streamSql = `SELECT ${columns.join(', ')} FROM (
  ${rowSql('requests', { time_ms: 'time_ms', kind: '0', person: 'person', surface: 'surface', request: 'request', items: 'items', log_offset: 'request' })}
  UNION ALL
  ${rowSql(
    `(SELECT slate_id, person, time_ms, surface, min(log_partition) AS log_partition, min(log_offset) AS log_offset,
        to_json(list({ 'videoId': video_id, 'creatorId': creator_id, 'audioId': audio_id, 'categories': categories, 'lengthMs': length_ms } ORDER BY item_index))::VARCHAR AS items
      FROM served GROUP BY slate_id, person, time_ms, surface)`,
    { ...inLog, time_ms: 'time_ms', kind: '1', person: 'person', surface: 'surface', items: 'items', id: 'slate_id' },
  )}
  UNION ALL
  ${rowSql('events', {
    ...inLog,
    time_ms: 'time_ms',
    kind: '2',
    person: 'person',
    surface: 'surface',
    id: 'event_id',
    type: 'type',
    video_id: 'video_id',
    creator_id: 'creator_id',
    audio_id: 'audio_id',
    categories: 'categories',
    length_ms: 'length_ms',
    watch_ms: 'watch_ms',
    untimed: 'untimed',
    source_long_view: 'source_long_view',
    category: 'category',
  })}
) WHERE time_ms <= (SELECT max(time_ms) FROM requests) ORDER BY time_ms, kind, log_partition, log_offset`

/** All that is in the tables `events` and `served`, up to the last of `requests`. */
export async function* replayedStream(database: LakeDatabase): AsyncGenerator<Replayed[]> {
  for await (const rows of database.pieces(streamSql)) yield rows.map(replayedOf)
}

const at = Object.fromEntries(columns.map((name, place) => [name, place])) as Record<Column, number>
const types: Readonly<Record<string, number>> = eventTypes
const blankEvent = EventRecord.create()
const blankSlate = SlateRecord.create()
const blankItem = SlateItem.create()

function replayedOf(row: readonly DuckDBValue[]): Replayed {
  const text = (column: Column) => (row[at[column]] as string | null) ?? ''
  const number = (column: Column) => (row[at[column]] as number | null) ?? undefined
  const timeMs = Number(row[at.time_ms])
  const person = text('person')
  const surface = text('surface')
  const kind = row[at.kind]
  if (kind === 0) {
    return { kind: 'request', timeMs, person, surface, request: { request: number('request')!, items: JSON.parse(text('items')) } }
  }
  if (kind === 1) {
    const items = (JSON.parse(text('items')) as Record<string, unknown>[]).map((item) => ({ ...blankItem, ...known(item) }))
    return { kind: 'slate', timeMs, slate: { ...blankSlate, slateId: text('id'), person, surface, timeMs, items } }
  }
  const event = {
    ...blankEvent,
    eventId: text('id'),
    type: types[text('type')] ?? 0,
    person,
    surface,
    timeMs,
    videoId: text('video_id'),
    creatorId: text('creator_id'),
    audioId: text('audio_id'),
    categories: ((row[at.categories] as DuckDBListValue | null)?.items ?? []) as string[],
    lengthMs: number('length_ms'),
    watchMs: number('watch_ms'),
    untimed: row[at.untimed] === true,
    sourceLongView: (row[at.source_long_view] as boolean | null) ?? undefined,
    category: text('category'),
  }
  return { kind: 'event', timeMs, event }
}

const known = (item: Record<string, unknown>) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null))
