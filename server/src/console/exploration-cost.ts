import { hourMs } from '../clock.ts'
import type { ExplorationCost } from '../generated/vireo/v1/console_video.ts'
import { partitionOf } from '../lake/lake-tables.ts'
import type { OpenedLake } from '../lake/look-into.ts'
import { shownFilesOf } from '../lake/manifest-changes.ts'
import { newestMs } from '../lake/standing.ts'
import { rowsSql } from '../lake/views.ts'
import type { ShownTable } from '../ports/lake.ts'
import { hoursAround } from '../samples/hours-around.ts'
import { labelJoinSql, reachHours } from '../samples/label-join.ts'
import { zonesSql } from '../samples/time-zones.ts'
import { momentAt } from './timestamps.ts'

export interface CostOptions {
  /** How far back, up to the running hour. */
  readonly hours: number
  readonly nowMs: number
  /** How old accepted events may be, in hours. */
  readonly horizonHours: number
}

/**
 * What exploring costs: results that exploration placed against those that were ranked on the same pages, with the labels
 * of the label join. Pages, not results, are what the error is estimated from: results of one page are of one person.
 */
export async function explorationCost({ database, lake, manifest }: OpenedLake, options: CostOptions): Promise<ExplorationCost> {
  const { horizonHours, hours, nowMs } = options
  const end = Math.floor(nowMs / hourMs) + 1
  const own = new Set(Array.from({ length: hours }, (_, at) => partitionOf(end - hours + at)))
  const tables: [ShownTable, ReadonlySet<string>][] = [
    ['served', own],
    ['events', hoursAround(own, reachHours(horizonHours))],
  ]
  for (const [table, partitions] of tables) {
    const rows = rowsSql(table, shownFilesOf(manifest, table, partitions), (path) => lake.location(path))
    await database.run(`CREATE TEMP VIEW ${table} AS FROM ${rows}${table === 'served' ? ' WHERE NOT imported' : ''}`)
  }
  // Local hours are not looked at.
  await database.run(`CREATE TEMP VIEW zones AS ${zonesSql([])}`)
  const served = await database.answer('SELECT count(*), count(*) FILTER (propensity > 0) FROM served')
  const [results, explored] = served.rows[0] as [number, number]
  const sides = await database.answer(`
    WITH judged AS (
      SELECT slate_id, propensity > 0 AS explores, long_view, watch_ms
      FROM (${labelJoinSql({ joinedAtMs: nowMs, horizonHours, version: manifest.version })}) WHERE long_view IS NOT NULL
    ), pages AS (
      SELECT count(*) FILTER (explores) AS explored, count(*) FILTER (NOT explores) AS ranked,
        count(*) FILTER (explores AND long_view) AS explored_long, count(*) FILTER (NOT explores AND long_view) AS ranked_long,
        coalesce(sum(watch_ms) FILTER (explores), 0) AS explored_ms, coalesce(sum(watch_ms) FILTER (NOT explores), 0) AS ranked_ms
      FROM judged GROUP BY slate_id HAVING explored > 0 AND ranked > 0
    )
    SELECT count(*)::DOUBLE, sum(explored)::DOUBLE, sum(explored_long)::DOUBLE, sum(explored_ms)::DOUBLE,
      sum(ranked)::DOUBLE, sum(ranked_long)::DOUBLE, sum(ranked_ms)::DOUBLE,
      avg(ranked_long / ranked - explored_long / explored), stddev_samp(ranked_long / ranked - explored_long / explored) / sqrt(count(*))
    FROM pages`)
  const [pages, ...rest] = (sides.rows[0] as (number | null)[]).map((each) => each ?? undefined)
  const side = (at: number) => ({
    results: BigInt(rest[at] ?? 0),
    longViews: BigInt(rest[at + 1] ?? 0),
    watchMs: BigInt(rest[at + 2] ?? 0),
  })
  return {
    from: momentAt((end - hours) * hourMs),
    until: momentAt(newestMs(manifest, 'served')),
    served: BigInt(results),
    explored: BigInt(explored),
    pages: BigInt(pages ?? 0),
    exploredSide: side(0),
    rankedSide: side(3),
    lostPerResult: rest[6],
    lostError: rest[7],
  }
}
