import type { View } from '../language/view.ts'
import { everMs, hopsAndEver, hopsOf } from '../language/windows.ts'
import { aggregationSql } from './aggregation-sql.ts'
import { type Dialect, dialects } from './dialect.ts'
import { keysOf, knownSql, rowsSql, valuesOf } from './view-rows-sql.ts'

export interface TilesSqlOptions {
  /** Rows from this time on, in ms. */
  readonly fromMs?: number
  /** Rows before this time, in ms. */
  readonly toMs?: number
  /** Also the tile of all there ever was (`everMs`), whatever `fromMs` says, where a window has no end. */
  readonly withEver?: boolean
}

/** The columns of a view's tiles, in order: what it is a tile of, then a BIGINT an aggregation. */
export function tileColumns(view: View): { readonly name: string; readonly type: 'STRING' | 'BIGINT' }[] {
  const keys = keysOf(view).map(({ isText, name }) => ({ name, type: isText ? ('STRING' as const) : ('BIGINT' as const) }))
  const integers = (names: readonly string[]) => names.map((name) => ({ name, type: 'BIGINT' as const }))
  return [
    { name: 'view', type: 'STRING' },
    ...integers(['version']),
    ...keys,
    ...integers(['hop_ms', 'hop_start_ms', ...Object.keys(view.aggregations)]),
  ]
}

/** All tiles of a view from the lake's tables, deduplicated: one text for DuckDB and for Spark. */
export const batchSql = (view: View, options?: TilesSqlOptions): string => tilesSql(view, dialects.batch, options)

/** A select of all tiles of a view, over tables with the columns of the lake's. */
export function tilesSql(view: View, dialect: Dialect, { fromMs, toMs, withEver = false }: TilesSqlOptions = {}): string {
  const { hopStart, joinHops, name } = dialect
  const [keys, values] = [keysOf(view), valuesOf(view)]
  const hops = withEver ? hopsAndEver(view.windows) : hopsOf(view.windows)
  const isSince = fromMs === undefined ? [] : [`time_ms >= ${fromMs}`]
  const isBefore = toMs === undefined ? [] : [`time_ms < ${toMs}`]
  const hasEver = hops.includes(everMs)
  const select = [
    `'${view.name}' AS ${name('view')}`,
    `CAST(${view.version} AS BIGINT) AS ${name('version')}`,
    ...keys.map((key) => `${key.column} AS ${name(key.name)}`),
    `CAST(hop_ms AS BIGINT) AS ${name('hop_ms')}`,
    `${hopStart} AS ${name('hop_start_ms')}`,
    ...values.map((value) => `${aggregationSql(value.of, value.column)} AS ${name(value.name)}`),
  ]
  return `SELECT
  ${select.join(',\n  ')}
FROM ${rowsSql(view, dialect, [...(hasEver ? [] : isSince), ...isBefore])}
${joinHops(hops)}
WHERE ${[knownSql(view), ...(hasEver ? isSince.map((since) => `(hop_ms = ${everMs} OR ${since})`) : [])].join(' AND ')}
GROUP BY ${[...keys.map(({ column }) => column), 'hop_ms', hopStart].join(', ')}`
}
