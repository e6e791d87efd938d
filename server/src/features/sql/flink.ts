import type { View } from '../language/view.ts'
import { eventTypes } from '../streams/event-stream.ts'
import { dialects } from './dialect.ts'
import { tileColumns, tilesSql } from './tiles-sql.ts'

export interface FlinkOptions {
  /** Of the Kafka that has the log's topics and gets the tiles. */
  readonly bootstrapServers: string
  /** The log's topics, and those of tiles, begin with it. */
  readonly topicPrefix?: string
}

/**
 * The log's topics as tables, then `events` and `served` with the columns of the lake's tables. The Java classes of
 * proto/vireo/record/v1 have to be on the path.
 */
function flinkSources({ bootstrapServers, topicPrefix = '' }: FlinkOptions): string {
  const topic = (name: string, message: string) => `WITH (
  'connector' = 'kafka',
  'topic' = '${topicPrefix}${name}',
  'properties.bootstrap.servers' = '${bootstrapServers}',
  'properties.group.id' = '${topicPrefix}vireo-tiles',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'protobuf',
  'protobuf.message-class-name' = 'vireo.record.v1.Records$${message}',
  'protobuf.read-default-values' = 'false'
)`
  return `-- A tile whose state has gone would begin at zero: it is kept for as long as a day and the horizon of events may touch it, and a day.
SET 'table.exec.state.ttl' = '${stateDays} d';

CREATE TABLE events_log (
  person STRING, event_id STRING, \`type\` INT, time_ms BIGINT, video_id STRING, creator_id STRING, audio_id STRING,
  categories ARRAY<STRING>, length_ms INT, watch_ms INT, surface STRING, untimed BOOLEAN, source_long_view BOOLEAN,
  read_at AS PROCTIME()
) ${topic('events', 'EventRecord')};

CREATE TABLE served_log (
  slate_id STRING, person STRING, time_ms BIGINT, surface STRING,
  items ARRAY<ROW<video_id STRING, creator_id STRING, audio_id STRING, categories ARRAY<STRING>, length_ms INT>>,
  read_at AS PROCTIME()
) ${topic('served', 'SlateRecord')};

${flinkViews}`
}

/** A day and the 73 hours in which its events may come, and more. */
const stateDays = 5

/** `events` and `served` over `events_log` and `served_log`: each record once, the first in the log's order, and NULL for unknown. */
export const flinkViews = `CREATE VIEW events AS
SELECT person, event_id,
  CASE \`type\`
${Object.entries(eventTypes)
  .map(([name, number]) => `    WHEN ${number} THEN '${name}'`)
  .join('\n')}
  END AS type,
  time_ms, NULLIF(video_id, '') AS video_id, NULLIF(creator_id, '') AS creator_id, NULLIF(audio_id, '') AS audio_id, categories,
  length_ms, watch_ms, NULLIF(surface, '') AS surface, COALESCE(untimed, FALSE) AS untimed, source_long_view
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY person, event_id ORDER BY read_at ASC) AS nth FROM events_log
) WHERE nth = 1;

CREATE VIEW served AS
SELECT slate_id, person, time_ms, NULLIF(surface, '') AS surface, item_number - 1 AS item_index, NULLIF(video_id, '') AS video_id,
  NULLIF(creator_id, '') AS creator_id, NULLIF(audio_id, '') AS audio_id, categories, length_ms
FROM (
  SELECT slate_id, person, time_ms, surface, items FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY slate_id ORDER BY read_at ASC) AS nth FROM served_log
  ) WHERE nth = 1
) CROSS JOIN UNNEST(items) WITH ORDINALITY AS item (video_id, creator_id, audio_id, categories, length_ms, item_number);
`

/** The table of a view's tiles: the newest row of a key is the tile as it is now. */
function tableOf(view: View, { bootstrapServers, topicPrefix = '' }: FlinkOptions): string {
  const columns = tileColumns(view).map(({ name, type }) => `  ${dialects.flink.name(name)} ${type},\n`)
  const key = [...Object.keys(view.entity), 'hop_ms', 'hop_start_ms'].map(dialects.flink.name).join(', ')
  return `CREATE TABLE ${nameOf(view)} (
${columns.join('')}  PRIMARY KEY (${key}) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${topicPrefix}${nameOf(view)}',
  'properties.bootstrap.servers' = '${bootstrapServers}',
  'key.format' = 'json',
  'value.format' = 'json'
);
`
}

const nameOf = ({ name, version }: View) => `tiles_${name}_v${version}`

/** The statement that keeps a view's tiles as they are now. */
export const flinkInsert = (view: View): string => `INSERT INTO ${nameOf(view)}\n${tilesSql(view, dialects.flink)};\n`

/** Flink SQL (2.1 or later) for all tiles of views, from the log's topics to a compacted topic a view: one job, so that the log is read once. */
export const flinkSql = (views: readonly View[], options: FlinkOptions): string => `${flinkSources(options)}
${views.map((view) => tableOf(view, options)).join('\n')}
EXECUTE STATEMENT SET
BEGIN
${views.map(flinkInsert).join('\n')}END;
`
