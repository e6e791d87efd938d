import type { Topic } from '../ports/event-log.ts'
import { type LakeFile, lakeTables, type Manifest, type ShownTable } from '../ports/lake.ts'
import { shownFilesOf } from './manifest-changes.ts'
import { recordRows, withLaterColumns } from './record-rows.ts'

type Location = (path: string) => string

/** What the rebuild of the log needs and an analysis does not. */
const hidden = new Set(['log_key', 'log_time_ms', 'log_value', 'sources', 'term_names'])

/** Rows that stand for a record only: one that could not be read, a slate without items. */
const shownSql: Readonly<Record<Topic, string>> = {
  events: 'time_ms IS NOT NULL',
  served: 'item_index IS NOT NULL',
  features: 'time_ms IS NOT NULL',
  catalog: 'time_ms IS NOT NULL',
  control: 'time_ms IS NOT NULL',
}

/**
 * The SQL of the rows of a table in some of its files, in parentheses, with `date` and `hour` (VARCHAR) of the partition.
 * Without files it has no rows, and the same columns. `features` has a row an item.
 */
export function rowsSql(table: ShownTable, files: readonly LakeFile[], location: Location): string {
  const from = files.length > 0 ? filesSql(files, location) : table === 'samples' ? undefined : noFilesSql(table)
  if (from === undefined) return '(SELECT NULL::VARCHAR AS date, NULL::VARCHAR AS hour WHERE false)'
  if (table === 'samples') return `(SELECT * FROM ${from})`
  const where = `FROM ${withLaterColumns(table, from)} WHERE ${shownSql[table]}`
  if (table !== 'features') return `(SELECT ${shown(table).join(', ')}, date, hour ${where})`
  return `(SELECT slate_id, person, time_ms, unnest(range(len(video_ids)))::INTEGER AS item_index, nullif(unnest(video_ids), '') AS video_id,
    feature_set, recent_videos, person_values, unnest(item_values) AS item_values, log_partition, log_offset, date, hour ${where})`
}

/** Makes a view of each table of the lake, for DuckDB. There are no samples before they were made. */
export function viewsSql(manifest: Manifest, location: Location): string[] {
  return lakeTables.flatMap((table) => {
    if (table === 'replayed') return []
    const files = shownFilesOf(manifest, table)
    if (table === 'samples' && files.length === 0) return []
    return [`CREATE OR REPLACE VIEW ${table} AS FROM ${rowsSql(table, files, location)}`]
  })
}

const shown = (table: Topic) => recordRows[table].columns.map(({ name }) => name).filter((name) => !hidden.has(name))

function filesSql(files: readonly LakeFile[], location: Location): string {
  const list = files.map(({ path }) => `'${location(path).replaceAll("'", "''")}'`).join(', ')
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = true, hive_types = {'date': VARCHAR, 'hour': VARCHAR})`
}

function noFilesSql(table: Topic): string {
  const columns = recordRows[table].columns.map(({ name, type }) => `NULL::${type} AS ${name}`)
  return `(SELECT ${columns.join(', ')}, NULL::VARCHAR AS date, NULL::VARCHAR AS hour WHERE false)`
}
