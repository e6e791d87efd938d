import type { LakeDatabase } from '../lake/database.ts'
import { shownFilesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import type { CheckedTable } from './suites.ts'

/** Rows of an hour: a feed and the log that was imported into it have nothing to do with each other. */
export interface HourRows {
  readonly live: number
  readonly imported: number
}

/** Counts the rows of hours, each hour once. Imported history without times has no hour of its own and is not counted. */
export class HourCounts {
  readonly #database: LakeDatabase
  readonly #manifest: Manifest
  readonly #lake: Pick<Lake, 'location'>
  readonly #known = new Map<string, HourRows>()

  constructor(database: LakeDatabase, manifest: Manifest, lake: Pick<Lake, 'location'>) {
    this.#database = database
    this.#manifest = manifest
    this.#lake = lake
  }

  /** In the order of the partitions. */
  async of(table: CheckedTable, partitions: readonly string[]): Promise<HourRows[]> {
    const unknown = new Set(partitions.filter((partition) => !this.#known.has(`${table}/${partition}`)))
    for (const partition of unknown) this.#known.set(`${table}/${partition}`, { live: 0, imported: 0 })
    if (shownFilesOf(this.#manifest, table, unknown).length > 0) {
      const sql = `SELECT date, hour, count(*) FILTER (NOT imported), count(*) FILTER (imported) FROM (${this.#sql(table, unknown)}) GROUP BY ALL`
      for (const [date, hour, live, imported] of await this.#database.rows(sql)) {
        this.#known.set(`${table}/date=${date}/hour=${hour}`, { live: Number(live), imported: Number(imported) })
      }
    }
    return partitions.map((partition) => this.#known.get(`${table}/${partition}`)!)
  }

  #sql(table: CheckedTable, partitions: ReadonlySet<string>): string {
    const rows = (of: CheckedTable) => rowsSql(of, shownFilesOf(this.#manifest, of, partitions), (path) => this.#lake.location(path))
    if (table === 'events') return `FROM ${rows('events')} SELECT date, hour, imported WHERE NOT untimed`
    if (table !== 'features') return `FROM ${rows(table)} SELECT date, hour, imported`
    return `SELECT features.date, features.hour, imported FROM ${rows('features')} AS features
      JOIN (SELECT DISTINCT slate_id, imported FROM ${rows('served')}) USING (slate_id)`
  }
}
