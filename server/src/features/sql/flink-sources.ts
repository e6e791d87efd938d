import { eventTypes } from '../streams/event-stream.ts'

export interface FlinkSource {
  /** How Flink reaches the Kafka that has the log's topics and gets the tiles: properties of Kafka's clients. */
  readonly kafka: Readonly<Record<string, string>>
  /** The log's topics, and those of tiles, begin with it. */
  readonly topicPrefix: string
  /** What the job is called, in Flink and as a group of Kafka's. */
  readonly name: string
}

/** A text of SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Options of a table that are properties of Kafka's clients. */
export const clientProperties = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([name, value]) => `  ${quoted(`properties.${name}`)} = ${quoted(value)},\n`)
    .join('')

const facts = {
  video_id: 'STRING',
  creator_id: 'STRING',
  audio_id: 'STRING',
  categories: 'ARRAY<STRING>',
  length_ms: 'INT',
}
const ofEvents = {
  type: 'INT',
  time_ms: 'BIGINT',
  ...facts,
  watch_ms: 'INT',
  surface: 'STRING',
  untimed: 'BOOLEAN',
  source_long_view: 'BOOLEAN',
}
const ofSlates = { person: 'STRING', time_ms: 'BIGINT', surface: 'STRING', items: `ARRAY<ROW<${typed(facts)}>>` }

/** The log's topics as tables. The classes of engines/flink/messages have to be on Flink's path. */
export const flinkLog = (source: FlinkSource): string[] => [
  `CREATE TABLE events_log (
  person STRING, event_id STRING, ${typed(ofEvents)},
  read_at AS PROCTIME()
) ${topic(source, 'events', 'EventRecord')}`,
  `CREATE TABLE served_log (
  slate_id STRING, ${typed(ofSlates)},
  read_at AS PROCTIME()
) ${topic(source, 'served', 'SlateRecord')}`,
]

const topic = ({ kafka, topicPrefix, name }: FlinkSource, topic: string, message: string) => `WITH (
  'connector' = 'kafka',
  'topic' = ${quoted(`${topicPrefix}${topic}`)},
${clientProperties({ ...kafka, 'group.id': name })}  'scan.startup.mode' = 'earliest-offset',
  'format' = 'protobuf',
  'protobuf.message-class-name' = 'vireo.flink.Records$${message}',
  'protobuf.read-default-values' = 'false',
  'protobuf.ignore-parse-errors' = 'true'
)`

/**
 * Each record once, the first in the log's order: one of a person's lie in one partition, and so come in it. The record is
 * one column, of which Flink leaves nothing out, so that all views share one memory of what has come.
 */
const firsts = (of: { table: string; keys: readonly string[]; columns: Readonly<Record<string, string>> }) => `(
  SELECT *, ROW_NUMBER() OVER (PARTITION BY ${of.keys.join(', ')} ORDER BY read_at ASC) AS nth FROM (
    SELECT ${of.keys.join(', ')}, read_at, CAST(ROW(${Object.keys(of.columns).map(name).join(', ')}) AS ROW<${typed(of.columns)}>) AS record FROM ${of.table}
  )
) AS firsts WHERE nth = 1`

/** `events` and `served` with the columns of the lake's tables, over `events_log` and `served_log`; NULL for unknown. */
export const flinkViews: readonly string[] = [
  `CREATE VIEW events AS
SELECT person, event_id,
  CASE \`type\`
${Object.entries(eventTypes)
  .map(([name, number]) => `    WHEN ${number} THEN '${name}'`)
  .join('\n')}
  END AS type,
  COALESCE(time_ms, 0) AS time_ms, ${known(['video_id', 'creator_id', 'audio_id'])}, categories,
  length_ms, watch_ms, ${known(['surface'])}, COALESCE(untimed, FALSE) AS untimed, source_long_view
FROM (
  SELECT person, event_id, ${fields(ofEvents)} FROM ${firsts({ table: 'events_log', keys: ['person', 'event_id'], columns: ofEvents })}
)`,
  `CREATE VIEW served AS
SELECT slate_id, person, COALESCE(time_ms, 0) AS time_ms, ${known(['surface'])}, item_number - 1 AS item_index,
  ${known(['video_id', 'creator_id', 'audio_id'])}, categories, length_ms
FROM (
  SELECT slate_id, ${fields(ofSlates)} FROM ${firsts({ table: 'served_log', keys: ['slate_id'], columns: ofSlates })}
) CROSS JOIN UNNEST(items) WITH ORDINALITY AS item (${Object.keys(facts).join(', ')}, item_number)`,
]

function typed(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([column, type]) => `${name(column)} ${type}`)
    .join(', ')
}

function known(columns: readonly string[]): string {
  return columns.map((column) => `NULLIF(${column}, '') AS ${column}`).join(', ')
}

/** What a record holds, as columns. */
function fields(columns: Readonly<Record<string, string>>): string {
  return Object.keys(columns)
    .map((column) => `firsts.record.${name(column)} AS ${name(column)}`)
    .join(', ')
}

function name(column: string): string {
  return column === 'type' ? '`type`' : column
}
