import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LakeDatabase } from '../../lake/database.ts'
import { viewsSql } from '../../lake/views.ts'
import type { Lake } from '../../ports/lake.ts'
import type { View } from '../language/view.ts'
import { backfillSql } from './backfill-sql.ts'

export interface BackfillOptions {
  readonly lake: Lake
  readonly view: View
  /** A Parquet file: `request_id`, `time_ms` (BIGINT), and the parts of the view's key by name. */
  readonly requests: string
  /** A folder that is there, for the Parquet files, which have a row for each of these: see `backfillSql`. */
  readonly into: string
  /** How many requests are looked at together, about. What has the same first part of the key always is, however many. */
  readonly requestsAtATime?: number
  /** Memory of DuckDB, in MiB; what needs more goes to disk. */
  readonly memoryMb: number
  readonly signal: AbortSignal
}

/** With as many events these stay in memory: more at a time take more of it and are not faster. */
const defaultRequestsAtATime = 150_000

/**
 * Writes what the windows of a view were at the times of requests, from what the lake holds now. For a view that is new:
 * what serving has logged is never made again. Resolves with the number of rows.
 */
export async function backfill(options: BackfillOptions): Promise<number> {
  const { lake, view, requests, into, requestsAtATime = defaultRequestsAtATime, memoryMb, signal } = options
  const scratch = lake.scratch(`backfill-${randomUUID()}`)
  const pin = await lake.pin()
  try {
    const database = await LakeDatabase.open({ lake, memoryMb, tempFolder: scratch, signal })
    try {
      for (const sql of viewsSql(pin.manifest, (path) => lake.location(path))) await database.run(sql)
      await database.run(`CREATE VIEW requests AS FROM read_parquet(${quoted(requests)})`)
      const asked = await database.number('SELECT COUNT(*) FROM requests')
      const parts = Math.max(1, Math.ceil(asked / requestsAtATime))
      let written = 0
      for (let part = 0; part < parts; part++) {
        const file = join(into, `part-${String(part).padStart(4, '0')}.parquet`)
        written += await database.number(`COPY (${backfillSql(view, { part, parts })}) TO ${quoted(file)} (FORMAT parquet)`)
      }
      return written
    } finally {
      database.close()
    }
  } finally {
    await pin.release()
    await rm(scratch, { recursive: true, force: true })
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
