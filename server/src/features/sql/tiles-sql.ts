import type { Aggregation } from '../language/aggregation.ts'
import { kindOf } from '../language/check-expression.ts'
import type { Node } from '../language/expression.ts'
import type { View } from '../language/view.ts'
import { hopsOf } from '../language/windows.ts'
import { aggregationSql } from './aggregation-sql.ts'
import { type Dialect, dialects } from './dialect.ts'
import { expressionSql } from './expression-sql.ts'

export interface TilesSqlOptions {
  /** Rows from this time on, in ms. */
  readonly fromMs?: number
  /** Rows before this time, in ms. */
  readonly toMs?: number
}

/** The columns of a view's tiles, in order: what it is a tile of, then a BIGINT an aggregation. */
export function tileColumns(view: View): { readonly name: string; readonly type: 'STRING' | 'BIGINT' }[] {
  const keys = Object.entries<Node>(view.entity).map(([name, key]) => ({
    name,
    type: isText(view, key) ? ('STRING' as const) : ('BIGINT' as const),
  }))
  const integers = (names: readonly string[]) => names.map((name) => ({ name, type: 'BIGINT' as const }))
  return [
    { name: 'view', type: 'STRING' },
    ...integers(['version']),
    ...keys,
    ...integers(['hop_ms', 'hop_start_ms', ...Object.keys(view.aggregations)]),
  ]
}

/** All tiles of a view from the lake's tables, deduplicated; for DuckDB. */
export const duckDbSql = (view: View, options?: TilesSqlOptions): string => tilesSql(view, dialects.duckdb, options)

/** The same for Spark. Only the joins with the elements of lists differ. */
export const sparkSql = (view: View, options?: TilesSqlOptions): string => tilesSql(view, dialects.spark, options)

/** A select of all tiles of a view, over tables with the columns of the lake's. */
export function tilesSql(view: View, dialect: Dialect, { fromMs, toMs }: TilesSqlOptions = {}): string {
  const { joinEach, list, name } = dialect
  const keys = Object.entries<Node>(view.entity).map(([name, node], at) => ({
    name,
    node,
    column: `key_${at}`,
    isText: isText(view, node),
  }))
  const values = Object.entries<Aggregation>(view.aggregations).map(([name, of], at) => ({ name, of, column: `value_${at}` }))
  const start = 'time_ms - MOD(time_ms, hop_ms)'
  const times = [fromMs === undefined ? [] : `time_ms >= ${fromMs}`, toMs === undefined ? [] : `time_ms < ${toMs}`].flat()
  // Worked out once a row, before it meets the hops.
  const prepared = [
    ...['time_ms', 'row_id'],
    ...keys.map(({ node, column, isText }) => {
      if (node.op === 'each') return `ARRAY_DISTINCT(${expressionSql(node)}) AS list_${column}`
      return `${isText ? expressionSql(node) : `CAST(${expressionSql(node)} AS BIGINT)`} AS ${column}`
    }),
    ...values.flatMap(({ of, column }) => (of.how === 'count' ? [] : `${expressionSql(of.of)} AS ${column}`)),
  ]
  const select = [
    `'${view.name}' AS ${name('view')}`,
    `CAST(${view.version} AS BIGINT) AS ${name('version')}`,
    ...keys.map((key) => `${key.column} AS ${name(key.name)}`),
    `CAST(hop_ms AS BIGINT) AS ${name('hop_ms')}`,
    `${start} AS ${name('hop_start_ms')}`,
    ...values.map((value) => `${aggregationSql(value.of, value.column)} AS ${name(value.name)}`),
  ]
  const joins = keys.flatMap(({ node, column }) => (node.op === 'each' ? joinEach(`list_${column}`, column) : []))
  const known = keys.map(({ column, isText }) => (isText ? `${column} <> ''` : `${column} IS NOT NULL`))
  return `SELECT
  ${select.join(',\n  ')}
FROM (
  SELECT
    ${prepared.join(',\n    ')}
  FROM (
${indented(view.from.sql)}
  ) AS source${times.length === 0 ? '' : `\n  WHERE ${times.join(' AND ')}`}
) AS prepared
${[...joins, joinEach(list(hopsOf(view.windows)), 'hop_ms')].join('\n')}
WHERE ${known.join(' AND ')}
GROUP BY ${[...keys.map(({ column }) => column), 'hop_ms', start].join(', ')}`
}

const isText = (view: View, key: Node): boolean => key.op === 'each' || kindOf(key, view.from, 'entity').startsWith('text')

const indented = (sql: string): string => sql.replaceAll(/^/gm, '    ')
