import { workerData } from 'node:worker_threads'
import { inTransaction, openForWriting } from './database-file.ts'
import { serveWrites } from './database-writer.ts'
import { forEachRow } from './row-packet.ts'

export interface LogWriterData {
  readonly file: string
  readonly maxPages: number
  /** Each partition's table, and the offset of its next record. */
  readonly partitions: readonly { readonly table: string; readonly end: number }[]
}

/** Records to append (table: the partition's index; number: its time), or a partition to shorten. */
export type LogRequest = ArrayBuffer | { readonly index: number; readonly before: number }

const { file, maxPages, partitions } = workerData as LogWriterData
const db = openForWriting(file, 'FULL')
db.exec(`PRAGMA max_page_count = ${maxPages}`)
const inserts = partitions.map(({ table }) => db.prepare(`INSERT INTO ${table} (offset, time_ms, key, value) VALUES (?, ?, ?, ?)`))
const deletes = partitions.map(({ table }) => db.prepare(`DELETE FROM ${table} WHERE offset < ?`))
const setFirst = db.prepare('UPDATE partitions SET first = ? WHERE name = ?')
let ends = partitions.map(({ end }) => end)

serveWrites<LogRequest>(db, (request) => {
  if (request instanceof ArrayBuffer) append(request)
  else retain(request.index, request.before)
})

function append(packet: ArrayBuffer): void {
  const next = [...ends]
  inTransaction(db, () => forEachRow(packet, (index, timeMs, key, value) => inserts[index]!.run(next[index]!++, timeMs, key, value!)))
  ends = next
}

function retain(index: number, before: number): void {
  inTransaction(db, () => {
    deletes[index]!.run(before)
    setFirst.run(before, partitions[index]!.table)
  })
}
