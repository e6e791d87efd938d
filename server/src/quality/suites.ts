import { readFileSync } from 'node:fs'
import { type Suite, suiteSchema } from './expectation.ts'

export const checkedTables = ['events', 'served', 'features', 'samples'] as const
export type CheckedTable = (typeof checkedTables)[number]

/**
 * What a partition of a table must hold in itself: suites of Great Expectations 1.x, whose own runner takes them too, over
 * a database in which the other tables have their names.
 */
export const suites: Readonly<Record<CheckedTable, Suite>> = {
  events: suite('events'),
  served: suite('served'),
  features: suite('features'),
  samples: suite('samples'),
}

function suite(table: CheckedTable): Suite {
  return suiteSchema.parse(JSON.parse(readFileSync(new URL(`suites/${table}.json`, import.meta.url), 'utf8')))
}
