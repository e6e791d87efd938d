import type { DatabaseThread } from '../../lake/database-thread.ts'
import { shownFilesOf } from '../../lake/manifest-changes.ts'
import { rowsSql } from '../../lake/views.ts'
import type { Place } from '../../ports/event-log.ts'
import type { Lake, Manifest } from '../../ports/lake.ts'
import type { View } from '../language/view.ts'
import { batchSql } from '../sql/tiles-sql.ts'
import type { HeldTile } from '../tiles/held-tiles.ts'

const tables = ['events', 'served'] as const

/** The records of the log from some places on, or from its beginning, up to, not including, others. */
export interface Records {
  readonly from?: readonly Place[]
  readonly to: readonly Place[]
}

/** The tiles that SQL makes of what the lake has of some records, all in the manifest. */
export class LakeTiles {
  readonly #database: DatabaseThread
  readonly #lake: Lake
  readonly #manifest: Manifest

  constructor(database: DatabaseThread, lake: Lake, manifest: Manifest) {
    this.#database = database
    this.#lake = lake
    this.#manifest = manifest
  }

  /** Those of rows from `fromMs` on, and what there ever was, one by one, so that others have their turn in between. `where` is about the first part of the key, a column. */
  async *of(view: View, records: Records, fromMs: number, where: (owner: string) => string): AsyncGenerator<HeldTile> {
    await this.#show((table) => recordsSql(table, records))
    const keys = Object.keys(view.entity)
    const tiles = batchSql(view, { withEver: true, ...(Number.isFinite(fromMs) && { fromMs }) })
    for await (const rows of this.#database.pieces(`SELECT * FROM (${tiles}) WHERE ${where(keys[0]!)}`)) {
      for (const row of rows) {
        const entity = row.slice(2, 2 + keys.length).map((part) => (typeof part === 'bigint' ? Number(part) : (part as string)))
        const values = Float64Array.from(row.slice(4 + keys.length), (value) => (value === null ? Number.NaN : Number(value)))
        yield { entity, hopMs: Number(row[2 + keys.length]), startMs: Number(row[3 + keys.length]), values }
      }
    }
  }

  async countPeople(): Promise<number> {
    await this.#show(() => 'true')
    return this.#database.number(`SELECT count(*) FROM (${peopleSql})`)
  }

  async people(where: (owner: string) => string): Promise<string[]> {
    await this.#show(() => 'true')
    return (await this.#database.rows(`SELECT * FROM (${peopleSql}) WHERE ${where('person')}`)).map(([person]) => person as string)
  }

  async #show(where: (table: (typeof tables)[number]) => string): Promise<void> {
    for (const table of tables) {
      const rows = rowsSql(table, shownFilesOf(this.#manifest, table), (path) => this.#lake.location(path))
      await this.#database.run(`CREATE OR REPLACE TEMP VIEW ${table} AS SELECT * FROM ${rows} WHERE ${where(table)}`)
    }
  }
}

const peopleSql = tables.map((table) => `SELECT person FROM ${table}`).join(' UNION ')

function recordsSql(topic: Place['topic'], { from = [], to }: Records): string {
  const ranges = to
    .filter((place) => place.topic === topic)
    .map(({ partition, offset }) => {
      const first = from.find((place) => place.topic === topic && place.partition === partition)?.offset ?? 0
      return `(log_partition = ${partition} AND log_offset >= ${first} AND log_offset < ${offset})`
    })
  return ranges.length === 0 ? 'false' : `(${ranges.join(' OR ')})`
}
