import type { Aggregation } from '../language/aggregation.ts'

/** Larger than any time or value is far from 0, so that with it added all have as many digits. */
const shift = '9007199254740992'
const digits = 17

/**
 * An aggregation of what a column holds, as a BIGINT; NULL for unknown. An overflow is an error. `row_id` is there for
 * `latest`. `over` makes it one of a window of rows.
 */
export function aggregationSql(aggregation: Aggregation, column: string, over = ''): string {
  switch (aggregation.how) {
    case 'count':
      return `CAST(COUNT(*)${over} AS BIGINT)`
    case 'countWhere':
      return `CAST(COUNT(*) FILTER (WHERE ${column})${over} AS BIGINT)`
    case 'sum':
    case 'sumOfSquares':
      return `CAST(COALESCE(SUM(${additionSql(aggregation, column)})${over}, 0) AS BIGINT)`
    case 'min':
    case 'max':
      return `CAST(${aggregation.how.toUpperCase()}(${column})${over} AS BIGINT)`
    case 'latest': {
      // The greatest text that begins with time and id and ends with the value. Bytes of ids as digits are in their order, and '/' is before them.
      const last = `MAX(CONCAT(${padded('time_ms')}, HEX(row_id), '/', ${padded(column)})) FILTER (WHERE ${column} IS NOT NULL)${over}`
      return `CAST(RIGHT(${last}, ${digits}) AS BIGINT) - ${shift}`
    }
  }
}

/** What a row adds to an aggregation that is a sum; NULL for nothing. */
export function additionSql(aggregation: Aggregation, column: string): string {
  switch (aggregation.how) {
    case 'count':
      return '1'
    case 'countWhere':
      return `CASE WHEN ${column} THEN 1 END`
    case 'sumOfSquares': {
      // Whole steps: what engines make of `/` differs, but it is exact here.
      const steps = `CAST((${column} - MOD(${column}, ${aggregation.step})) / ${aggregation.step} AS BIGINT)`
      return `${steps} * ${steps}`
    }
    default:
      return column
  }
}

const padded = (of: string) => `LPAD(CAST(${of} + ${shift} AS STRING), ${digits}, '0')`
