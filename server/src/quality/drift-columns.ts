import { dayMs, hourMs } from '../clock.ts'
import { type FeatureSet, featureSetId } from '../features/vector/feature-set.ts'
import { quoted } from '../lake/database.ts'
import { featureColumns } from '../samples/feature-columns.ts'
import type { CheckedTable } from './suites.ts'

/** Numbers whose distribution is compared with that of other hours. */
export interface DriftColumn {
  /** The column, or the feature. */
  readonly name: string
  readonly sql: string
  /** Which rows have one of their own. */
  readonly where: string
}

const columns: Readonly<Record<Exclude<CheckedTable, 'features'>, readonly string[]>> = {
  events: ['watch_ms', 'length_ms'],
  served: ['length_ms'],
  samples: ['watch_ms', 'length_ms'],
}

/** What a table has to compare: of `features` those of the set. */
export function driftColumns(table: CheckedTable, featureSet: FeatureSet | undefined): DriftColumn[] {
  if (table !== 'features') return columns[table].map((name) => ({ name, sql: name, where: table === 'events' ? 'NOT untimed' : 'true' }))
  if (featureSet === undefined) return []
  const ofSet = `feature_set = ${quoted(featureSetId(featureSet))}`
  return featureColumns(featureSet)
    .filter(({ name, length }) => length === undefined && !isCumulative(name))
    .map(({ name, side, at }) => ({
      name,
      sql: capped(name, `${side}[${at + 1}]`),
      // The person's side is the same in all rows of a page.
      where: side === 'person_values' ? `${ofSet} AND item_index = 0` : ofSet,
    }))
}

/** Counts since ever only grow: that they moved says nothing. */
const isCumulative = (name: string) => name.endsWith('_all')

/** Videos and people grow older together; those that are older than this are all old. */
const mostAgeMs = 30 * dayMs

function capped(name: string, sql: string): string {
  if (name.endsWith('_age_ms')) return `least(${sql}, ${mostAgeMs})`
  if (name.endsWith('_age_hours')) return `least(${sql}, ${mostAgeMs / hourMs})`
  return sql
}
