import type { DatabaseSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'
import { rollBack } from './database-file.ts'

/** What a writer's thread answers when a request has failed; it goes between threads, where classes are lost. */
export interface WriteFailure {
  readonly full: boolean
  readonly message: string
}

// https://sqlite.org/rescode.html#full: the disk is full, or the file has reached its `max_page_count`.
const sqliteFull = 13

/**
 * The life of a writer's thread: carries out its owner's requests, one after the other, and answers each with nothing or
 * with why it failed. `close` ends the thread; SQLite moves the write-ahead log into the file with its last connection.
 */
export function serveWrites<Request>(db: DatabaseSync, write: (request: Request) => void): void {
  const port = parentPort!
  port.on('message', (request: Request | 'close') => {
    port.postMessage(attempt(() => (request === 'close' ? end(db) : write(request))))
    if (request === 'close') port.close()
  })
}

function end(db: DatabaseSync): void {
  rollBack(db)
  db.close()
}

function attempt(act: () => void): WriteFailure | undefined {
  try {
    act()
  } catch (error) {
    const { errcode, message } = error as Error & { errcode?: number }
    return { full: errcode === sqliteFull, message }
  }
}
