import { isAdditive } from '../language/aggregation.ts'
import type { View } from '../language/view.ts'
import { hopMsOf, type Window, windowMs } from '../language/windows.ts'
import { additionSql, aggregationSql } from './aggregation-sql.ts'
import { dialects } from './dialect.ts'
import { expressionSql } from './expression-sql.ts'
import { keysOf, knownSql, rowsSql, type ValueSql, valuesOf } from './view-rows-sql.ts'

/** What a value of a window is called. */
export const windowColumn = (window: Window, aggregation: string): string => `${aggregation}_${window}`

/**
 * What a view's windows were at the times of requests, for DuckDB. Over the lake's tables and a table `requests`:
 * `request_id`, `time_ms` and the parts of the key by their names in the view. A row a request, in no order, with these
 * and then all windows as `WindowReader` has them: from the start of the hop in which a window begins up to, not
 * including, the request's own ms, at which its own records are not known yet. That is the hops that are over and what
 * was there of the one that was not, never what came to be of it.
 *
 * What is summed up to a time from the first row on is known after one pass; a window is the difference of two such
 * sums, found by the nearest row before (`ASOF JOIN`, which is DuckDB's own). What is no sum is worked out in frames
 * of rows, which takes some times longer. Ids never leave the first steps: all joins are of numbers. What memory can't
 * hold at once is asked for in parts: whatever has the same first part of the key is in one of them.
 */
export function backfillSql(
  view: View,
  { part, parts }: { readonly part: number; readonly parts: number } = { part: 0, parts: 1 },
): string {
  const keys = keysOf(view)
  const windows = view.windows.map((window, at) => ({ window, fromSql: fromSql(window), at }))
  const limited = windows.filter(({ fromSql }) => fromSql !== undefined)
  const values = valuesOf(view)
  const sums = values.filter(({ of }) => isAdditive(of))
  const others = values.filter(({ of }) => !isAdditive(of))
  const named = keys.map(({ column, name }) => `${name} AS ${column}`)
  const [owner] = keys
  const inPart = (first: string) => (parts === 1 ? [] : [`HASH(CAST(${first} AS STRING)) % ${parts} = ${part}`])
  const ofPart = inPart(owner!.name).map((condition) => ` WHERE ${condition}`)
  const counted = [
    'time_ms < (SELECT MAX(time_ms) FROM requests)',
    ...(owner!.node.op === 'each' ? [] : inPart(expressionSql(owner!.node))),
  ]
  const sameKey = (other: string) => keys.map(({ column }) => `entities.${column} = ${other}.${column}`).join(' AND ')
  const differences = (value: ValueSql, at: number, isLimited: boolean) =>
    `CAST(COALESCE(upto.${value.column}, 0)${isLimited ? ` - COALESCE(before_${at}.${value.column}, 0)` : ''} AS BIGINT)`
  const select = [
    ...['asked.request_id', 'asked.time_ms'],
    ...keys.map(({ column, name }) => `asked.${column} AS ${name}`),
    ...windows.flatMap(({ at, fromSql, window }) =>
      values.map((value) => {
        const of = sums.includes(value) ? differences(value, at, fromSql !== undefined) : `framed.${value.column}_${at}`
        return `${of} AS "${windowColumn(window, value.name)}"`
      }),
    ),
  ]
  return `WITH
named AS (SELECT request_id, time_ms, ${named.join(', ')} FROM requests${ofPart.join('')}),
entities AS MATERIALIZED (
  SELECT *, ROW_NUMBER() OVER () AS entity FROM (SELECT DISTINCT ${keys.map(({ column }) => column).join(', ')} FROM named)
),
asked AS MATERIALIZED (
  SELECT named.*, entity, ROW_NUMBER() OVER () AS asking${limited.map(({ at, fromSql }) => `, ${fromSql} AS from_${at}`).join('')}
  FROM named LEFT JOIN entities ON ${sameKey('named')}
),
counted AS MATERIALIZED (
  SELECT entity, time_ms${others.length > 0 ? ', row_id' : ''}${values.map((value) => valueSql(value)).join('')}
  FROM (SELECT * FROM ${rowsSql(view, dialects.batch, counted)}
    WHERE ${knownSql(view)}) AS known
  JOIN entities ON ${sameKey('known')}
),
running AS MATERIALIZED (
  SELECT entity, time_ms, ROW_NUMBER() OVER so_far AS nth${sums.map(({ column }) => `, CAST(SUM(${column}) OVER so_far AS BIGINT) AS ${column}`).join('')}
  FROM counted
  WINDOW so_far AS (PARTITION BY entity ORDER BY time_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
ends AS MATERIALIZED (SELECT entity, time_ms, MAX(nth) AS nth FROM running GROUP BY entity, time_ms),
found AS MATERIALIZED (
  SELECT asking, places.entity, last.nth AS upto${limited.map(({ at }) => `, last_${at}.nth AS before_${at}`).join('')}
  FROM (SELECT asking, entity, time_ms${limited.map(({ at }) => `, from_${at}`).join('')} FROM asked) AS places
  ASOF LEFT JOIN ends AS last ON places.entity = last.entity AND places.time_ms > last.time_ms
${limited.map(({ at }) => `  ASOF LEFT JOIN ends AS last_${at} ON places.entity = last_${at}.entity AND places.from_${at} > last_${at}.time_ms\n`).join('')})${others.length > 0 ? `,\n${framesSql(windows, others)}` : ''}
SELECT
  ${select.join(',\n  ')}
FROM asked
JOIN found ON found.asking = asked.asking
LEFT JOIN running AS upto ON upto.entity = found.entity AND upto.nth = found.upto
${limited.map(({ at }) => `LEFT JOIN running AS before_${at} ON before_${at}.entity = found.entity AND before_${at}.nth = found.before_${at}\n`).join('')}${others.length > 0 ? 'LEFT JOIN framed ON framed.asking = asked.asking\n' : ''}`
}

interface BackfillWindow {
  readonly window: Window
  /** When it begins, in ms; undefined for all there is. */
  readonly fromSql: string | undefined
  readonly at: number
}

function fromSql(window: Window): string | undefined {
  const reachMs = windowMs[window]
  if (reachMs === Number.POSITIVE_INFINITY) return undefined
  return `time_ms - ${reachMs} - MOD(time_ms - ${reachMs}, ${hopMsOf(window)})`
}

/** What a row adds to a sum; what it is of, for others. */
function valueSql({ of, column }: ValueSql): string {
  return `, ${isAdditive(of) ? additionSql(of, column) : column} AS ${column}`
}

/** `framed`: what is no sum, of the rows in each window of each request. */
function framesSql(windows: readonly BackfillWindow[], others: readonly ValueSql[]): string {
  const columns = others.map(({ column }) => column)
  const of = windows.flatMap(({ at }) =>
    others.map((value) => `${aggregationSql(value.of, value.column, ` OVER window_${at}`)} AS ${value.column}_${at}`),
  )
  const frames = windows.map(({ at, fromSql }) => {
    const from = fromSql === undefined ? 'UNBOUNDED' : `(time_ms - (${fromSql}))`
    return `window_${at} AS (PARTITION BY entity ORDER BY time_ms RANGE BETWEEN ${from} PRECEDING AND 1 PRECEDING)`
  })
  return `points AS (
  SELECT entity, time_ms, NULL AS asking, row_id, ${columns.join(', ')} FROM counted
  UNION ALL
  SELECT entity, time_ms, asking, NULL, ${columns.map(() => 'NULL').join(', ')} FROM asked
),
framed AS (
  SELECT * FROM (
    SELECT asking, ${of.join(', ')}
    FROM points
    WINDOW ${frames.join(',\n      ')}
  ) AS each_point WHERE asking IS NOT NULL
)`
}
