import { workerData } from 'node:worker_threads'
import type { Place } from '../../ports/event-log.ts'
import { openForWriting, rollBack } from './database-file.ts'
import { serveWrites } from './database-writer.ts'
import { forEachRow } from './row-packet.ts'

/** A commit arrives as any number of `rows`, ended by `commit`, or undone by `discard`. */
export type StateRequest =
  | { readonly kind: 'rows'; readonly tables: readonly string[]; readonly packet: ArrayBuffer }
  | { readonly kind: 'commit'; readonly positions: readonly Place[] }
  | { readonly kind: 'discard' }

// Enough that a commit's pages seldom go to the write-ahead log twice.
const cacheKiB = 32_768

const db = openForWriting(workerData as string, 'NORMAL')
db.exec(`PRAGMA cache_size = -${cacheKiB}`)
const setPosition = db.prepare(
  'INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET offset = excluded.offset',
)
// Why the commit that is arriving can't be made; its end tells.
let failure: unknown

serveWrites<StateRequest>(db, (request) => {
  if (request.kind === 'rows') putRows(request.tables, request.packet)
  else if (request.kind === 'commit') commit(request.positions)
  else discard()
})

function putRows(tables: readonly string[], packet: ArrayBuffer): void {
  if (failure) return
  try {
    begin()
    const into = tables.map(prepareTable)
    forEachRow(packet, (table, _, key, value) => {
      if (value) into[table]!.put.run(key, value)
      else into[table]!.remove.run(key)
    })
  } catch (error) {
    failure = error
  }
}

function prepareTable(table: string) {
  // Rows in the order in which they came fill their pages; in the order of their keys a third would stay empty.
  db.exec(`CREATE TABLE IF NOT EXISTS rows_${table} (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value BLOB NOT NULL)`)
  return {
    put: db.prepare(`INSERT INTO rows_${table} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`),
    remove: db.prepare(`DELETE FROM rows_${table} WHERE key = ?`),
  }
}

function commit(positions: readonly Place[]): void {
  try {
    if (failure) throw failure
    begin()
    for (const { topic, partition, offset } of positions) setPosition.run(topic, partition, offset)
    db.exec('COMMIT')
  } finally {
    discard()
  }
}

function begin(): void {
  if (!db.isTransaction) db.exec('BEGIN IMMEDIATE')
}

function discard(): void {
  failure = undefined
  rollBack(db)
}
