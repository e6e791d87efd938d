import type { Aggregation } from '../language/aggregation.ts'
import { kindOf } from '../language/check-expression.ts'
import type { Node } from '../language/expression.ts'
import type { View } from '../language/view.ts'
import type { Dialect } from './dialect.ts'
import { expressionSql } from './expression-sql.ts'

export interface KeySql {
  readonly name: string
  /** What it is called where names of views could clash. */
  readonly column: string
  readonly node: Node
  readonly isText: boolean
}

export interface ValueSql {
  readonly name: string
  readonly column: string
  readonly of: Aggregation
}

/** The parts of a view's key. */
export const keysOf = (view: View): KeySql[] =>
  Object.entries<Node>(view.entity).map(([name, node], at) => ({
    name,
    node,
    column: `key_${at}`,
    isText: node.op === 'each' || kindOf(node, view.from, 'entity').startsWith('text'),
  }))

export const valuesOf = (view: View): ValueSql[] =>
  Object.entries<Aggregation>(view.aggregations).map(([name, of], at) => ({ name, of, column: `value_${at}` }))

/**
 * The rows that a view counts, as what stands after FROM: `time_ms`, `row_id`, `key_0` …, and what each aggregation is
 * of (`value_0` …; a count is of nothing). A row comes once for each key that it has, which may be unknown (`knownSql`).
 */
export function rowsSql(view: View, { joinEach }: Dialect, where: readonly string[] = []): string {
  const keys = keysOf(view)
  // Worked out once a row, before it meets its keys.
  const prepared = [
    ...['time_ms', 'row_id'],
    ...keys.map(({ node, column, isText }) => {
      if (node.op === 'each') return `ARRAY_DISTINCT(${expressionSql(node)}) AS list_${column}`
      return `${isText ? expressionSql(node) : `CAST(${expressionSql(node)} AS BIGINT)`} AS ${column}`
    }),
    ...valuesOf(view).flatMap(({ of, column }) => (of.how === 'count' ? [] : `${expressionSql(of.of)} AS ${column}`)),
  ]
  const joins = keys.flatMap(({ node, column }) => (node.op === 'each' ? `\n${joinEach(`list_${column}`, column)}` : []))
  return `(
  SELECT
    ${prepared.join(',\n    ')}
  FROM (
${view.from.sql.replaceAll(/^/gm, '    ')}
  ) AS source${where.length === 0 ? '' : `\n  WHERE ${where.join(' AND ')}`}
) AS prepared${joins.join('')}`
}

/** Holds for rows whose key is known. */
export const knownSql = (view: View): string =>
  keysOf(view)
    .map(({ column, isText }) => (isText ? `${column} <> ''` : `${column} IS NOT NULL`))
    .join(' AND ')
