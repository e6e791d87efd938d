import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openForReading } from './database-file.ts'
import { packedBytes, RowPacket } from './row-packet.ts'
import type { RowsWanted } from './row-reader.ts'

const packetBytes = 2 ** 18
/** Packets on their way at most. */
const mostWaiting = 16

const { file, tables } = workerData as RowsWanted
const port = parentPort!
let waiting = 0
let isStopped = false
let wake: () => void = () => undefined
port.on('message', (message: 'taken' | 'stop') => {
  if (message === 'stop') isStopped = true
  else waiting--
  wake()
})

const db = openForReading(file)
try {
  for (const [number, table] of tables.entries()) {
    for (const packet of packets(db, number, table)) {
      while (waiting === mostWaiting && !isStopped) await woken()
      if (isStopped) break
      port.postMessage(packet, [packet])
      waiting++
    }
  }
  port.postMessage('end')
} finally {
  db.close()
  port.close()
}

function woken(): Promise<void> {
  return new Promise((resolve) => {
    wake = resolve
  })
}

function* packets(db: DatabaseSync, number: number, table: string): Generator<ArrayBuffer> {
  let rows: (readonly [key: string, value: Uint8Array])[] = []
  let bytes = 0
  for (const row of rowsOf(db, table)) {
    rows.push(row)
    bytes += packedBytes(...row)
    if (bytes < packetBytes) continue
    yield packed(number, rows, bytes)
    rows = []
    bytes = 0
  }
  if (rows.length > 0) yield packed(number, rows, bytes)
}

/** In the order of their pages, which is several times as fast as that of their keys. */
function rowsOf(db: DatabaseSync, table: string): Iterable<readonly [key: string, value: Uint8Array]> {
  if (db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(`rows_${table}`) === undefined) return []
  const select = db.prepare(`SELECT key, value FROM rows_${table} ORDER BY id`)
  select.setReturnArrays(true)
  return select.iterate() as Iterable<unknown> as Iterable<readonly [string, Uint8Array]>
}

function packed(number: number, rows: readonly (readonly [key: string, value: Uint8Array])[], bytes: number): ArrayBuffer {
  const packet = new RowPacket(bytes)
  for (const [key, value] of rows) packet.add(number, 0, key, value)
  return packet.finish()
}
