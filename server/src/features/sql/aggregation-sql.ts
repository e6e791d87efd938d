import type { Aggregation } from '../language/aggregation.ts'

/** Larger than any time or value is far from 0, so that with it added all have as many digits. */
const shift = '9007199254740992'
const digits = 17

/** An aggregation of what a column holds, as a BIGINT; NULL for unknown. An overflow is an error. `row_id` is there for `latest`. */
export function aggregationSql(aggregation: Aggregation, column: string): string {
  switch (aggregation.how) {
    case 'count':
      return 'CAST(COUNT(*) AS BIGINT)'
    case 'countWhere':
      return `CAST(COUNT(*) FILTER (WHERE ${column}) AS BIGINT)`
    case 'sum':
      return `CAST(COALESCE(SUM(${column}), 0) AS BIGINT)`
    case 'min':
    case 'max':
      return `CAST(${aggregation.how.toUpperCase()}(${column}) AS BIGINT)`
    case 'sumOfSquares': {
      // Whole steps: what engines make of `/` differs, but it is exact here.
      const steps = `CAST((${column} - MOD(${column}, ${aggregation.step})) / ${aggregation.step} AS BIGINT)`
      return `CAST(COALESCE(SUM(${steps} * ${steps}), 0) AS BIGINT)`
    }
    case 'latest': {
      // The greatest text that begins with time and id and ends with the value. Bytes of ids as digits are in their order, and '/' is before them.
      const last = `MAX(CONCAT(${padded('time_ms')}, HEX(row_id), '/', ${padded(column)})) FILTER (WHERE ${column} IS NOT NULL)`
      return `CAST(RIGHT(${last}, ${digits}) AS BIGINT) - ${shift}`
    }
  }
}

const padded = (of: string) => `LPAD(CAST(${of} + ${shift} AS STRING), ${digits}, '0')`
