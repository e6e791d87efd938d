import { dayMs } from '../../clock.ts'
import type { JobText } from '../../ports/stream-jobs.ts'
import type { View } from '../language/view.ts'
import { recentTopicOf, tileTopicOf, tileTopicsOf, versionedName } from '../tiles/tile-topics.ts'
import { dialects } from './dialect.ts'
import { flinkSettings, type JobSettings } from './flink-settings.ts'
import { clientProperties, type FlinkSource, flinkLog, flinkViews, quoted } from './flink-sources.ts'
import { tileColumns, tilesSql } from './tiles-sql.ts'

export interface FlinkOptions extends FlinkSource, JobSettings {
  /** Only tiles that begin at this time or later, in ms; a multiple of a day. */
  readonly fromMs?: number
}

/** Of one task and view, so that memory is bounded. */
const gatheredRows = 10_000

/** Flink SQL (2.1 or later) for all tiles of views, from the log's topics to compacted topics of each view: one job, so that the log is read once. */
export const flinkJob = (views: readonly View[], options: FlinkOptions): JobText => ({
  settings: flinkSettings(options),
  statements: [
    ...flinkLog(options),
    ...flinkViews,
    ...views.map((view) => tableOf(view, options)),
    `EXECUTE STATEMENT SET\nBEGIN\n${views.map((view) => `${insert(view, options)};\n`).join('\n')}END`,
  ],
})

/** A job as a script for Flink's SQL client. */
export const flinkScript = ({ settings, statements }: JobText): string => {
  const sets = Object.entries(settings).map(([name, value]) => `SET ${quoted(name)} = ${quoted(value)};\n`)
  return `${sets.join('')}\n${statements.map((statement) => `${statement};\n`).join('\n')}`
}

/** The table of a view's tiles: the newest row of a key is the tile as it is now. */
function tableOf(view: View, { gatherMs, kafka, topicPrefix }: FlinkOptions): string {
  const columns = tileColumns(view).map(({ name, type }) => `  ${dialects.flink.name(name)} ${type},\n`)
  const key = [...Object.keys(view.entity), 'hop_ms', 'hop_start_ms'].map(dialects.flink.name).join(', ')
  const topics = tileTopicsOf(view, topicPrefix)
  const chosen = topics.length > 1 ? "  into_topic STRING NOT NULL METADATA FROM 'topic',\n" : ''
  return `CREATE TABLE ${tableName(view)} (
${columns.join('')}${chosen}  PRIMARY KEY (${key}) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = ${quoted(topics.join(';'))},
${clientProperties(kafka)}  'key.format' = 'json',
  'value.format' = 'json'${gatherMs > 0 ? gathering(gatherMs) : ''}
)`
}

/** Of changes of a tile that come together the last one goes out. */
const gathering = (gatherMs: number) => `,
  'sink.buffer-flush.interval' = '${gatherMs} ms',
  'sink.buffer-flush.max-rows' = '${gatheredRows}'`

const tableName = (view: View) => `tiles_${versionedName(view)}`

/** The statement that keeps a view's tiles as they are now. */
function insert(view: View, { fromMs, topicPrefix }: FlinkOptions): string {
  const tiles = tilesSql(view, dialects.flink, fromMs === undefined ? {} : { fromMs })
  if (tileTopicsOf(view, topicPrefix).length === 1) return `INSERT INTO ${tableName(view)}\n${tiles}`
  const [recent, days] = [recentTopicOf(view, topicPrefix), tileTopicOf(view, topicPrefix)].map(quoted)
  return `INSERT INTO ${tableName(view)}
SELECT *, CAST(CASE WHEN hop_ms < ${dayMs} THEN ${recent} ELSE ${days} END AS STRING)
FROM (
${tiles}
) AS tiles`
}
