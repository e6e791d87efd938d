import type { LakeDatabase } from '../lake/database.ts'
import { type Binned, bins, driftTests, leastValues, sum } from './drift.ts'
import type { DriftColumn } from './drift-columns.ts'
import type { Finding } from './expectation.ts'

/** Compares distributions in the rows of `batch` with those of `reference`. Says nothing of a column of which either has few. */
export async function checkDrift(
  database: LakeDatabase,
  batch: string,
  reference: string,
  columns: readonly DriftColumn[],
): Promise<Finding[]> {
  const rows = await database.rows(binnedSql(batch, reference, columns))
  const byColumn = Map.groupBy(rows, ([key]) => key as number)
  return columns.flatMap(({ name }, key) => {
    const ofColumn = byColumn.get(key) ?? []
    const binned: Binned = { now: ofColumn.map(([, now]) => Number(now)), before: ofColumn.map(([, , before]) => Number(before)) }
    if (Math.min(sum(binned.now), sum(binned.before)) < leastValues) return []
    return driftTests.flatMap(({ type, measure, threshold }): Finding[] => {
      const value = measure(binned)
      return value < threshold ? [] : [{ type, kind: 'drift', severity: 'warning', about: name, found: value.toFixed(3) }]
    })
  })
}

/**
 * A row a column and bin: the column's place in the list, rows now and before. A value's bin follows from the share of
 * values before that are less, so that bins hold equal shares of them; one that is less than all has a bin of its own.
 */
function binnedSql(batch: string, reference: string, columns: readonly DriftColumn[]): string {
  const values = (from: string, isNow: boolean) =>
    [...Map.groupBy(columns.entries(), ([, { where }]) => where)].map(
      ([where, each]) => `SELECT unnest([${each.map(([key]) => key).join(', ')}]) AS key,
        unnest([${each.map(([, { sql }]) => `(${sql})::DOUBLE`).join(', ')}]) AS value, ${isNow} AS is_now FROM ${from} WHERE ${where}`,
    )
  return `
    WITH counted AS (
      SELECT key, value, count(*) FILTER (is_now) AS now, count(*) FILTER (NOT is_now) AS before
      FROM (${[...values(batch, true), ...values(reference, false)].join(' UNION ALL ')}) WHERE value IS NOT NULL GROUP BY key, value
    ), ranked AS (
      SELECT *, sum(before) OVER (PARTITION BY key ORDER BY value) AS up_to, sum(before) OVER (PARTITION BY key) AS total FROM counted
    ), binned AS (
      SELECT *, CASE WHEN up_to = 0 THEN -1 ELSE floor(${bins} * (up_to - before) / total) END AS bin FROM ranked
    )
    SELECT key, sum(now), sum(before) FROM binned GROUP BY key, bin ORDER BY key, bin`
}
