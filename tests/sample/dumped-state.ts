import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface DumpedTable {
  readonly rows: number
  /** Of all rows, in the order of their keys. */
  readonly digest: string
}

/** All tables of the derived state, and the places of the log that it has reached. */
export function dumpedState(dataDir: string): Map<string, DumpedTable> {
  const db = new DatabaseSync(join(dataDir, 'state.sqlite'), { readOnly: true })
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'rows_%' ORDER BY name").all()
    const dump = (sql: string): DumpedTable => {
      const hash = createHash('sha256')
      let rows = 0
      for (const row of db.prepare(sql).iterate()) {
        hash.update(JSON.stringify(row))
        rows++
      }
      return { rows, digest: hash.digest('hex') }
    }
    const dumped = tables.map(({ name }): [string, DumpedTable] => [
      `${name}`,
      dump(`SELECT key, hex(value) AS value FROM ${name} ORDER BY key`),
    ])
    // Vectors of pages are no state.
    const places = dump("SELECT topic, partition, offset FROM positions WHERE topic <> 'features' ORDER BY topic, partition")
    return new Map([...dumped, ['positions', places]])
  } finally {
    db.close()
  }
}
