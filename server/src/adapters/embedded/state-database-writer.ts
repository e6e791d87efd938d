import { workerData } from 'node:worker_threads'
import { Video } from '../../generated/vireo/v1/catalog.ts'
import type { Place } from '../../ports/event-log.ts'
import { inTransaction, openForWriting, rollBack } from './database-file.ts'
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
/** What is searched for by its words, by table: an index beside the rows, which follows from them. */
const textsOf: Readonly<Record<string, (value: Uint8Array) => string>> = { videos: (value) => Video.decode(value).title }
for (const table of Object.keys(textsOf)) indexWords(table)
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
      if (value) into[table]!.put(key, value)
      else into[table]!.remove.run(key)
    })
  } catch (error) {
    failure = error
  }
}

function prepareTable(table: string) {
  createTable(table)
  const put = db.prepare(
    `INSERT INTO rows_${table} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value RETURNING id`,
  )
  const textOf = textsOf[table]
  const putWords = textOf && db.prepare(`INSERT OR REPLACE INTO words_${table} (rowid, text) VALUES (?, ?)`)
  return {
    put(key: string, value: Uint8Array) {
      const { id } = put.get(key, value)!
      putWords?.run(id!, textOf!(value))
    },
    remove: db.prepare(`DELETE FROM rows_${table} WHERE key = ?`),
  }
}

/** Rows in the order in which they came fill their pages; in the order of their keys a third would stay empty. */
function createTable(table: string): void {
  db.exec(`CREATE TABLE IF NOT EXISTS rows_${table} (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value BLOB NOT NULL)`)
}

/** Makes the index of words where there is none, of the rows that are there: a file may be older than the index. */
function indexWords(table: string): void {
  if (db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(`words_${table}`) !== undefined) return
  inTransaction(db, () => {
    createTable(table)
    db.exec(`CREATE VIRTUAL TABLE words_${table} USING fts5(text, content = '', contentless_delete = 1)`)
    const put = db.prepare(`INSERT INTO words_${table} (rowid, text) VALUES (?, ?)`)
    for (const { id, value } of db.prepare(`SELECT id, value FROM rows_${table}`).iterate())
      put.run(id!, textsOf[table]!(value as Uint8Array))
  })
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
