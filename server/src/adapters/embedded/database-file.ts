import { DatabaseSync } from 'node:sqlite'
import { VireoError } from '../../errors.ts'

export interface DatabaseLayout {
  /** Of the schema, from 1; kept in the file. */
  readonly version: number
  /** Fixed when the file is created. */
  readonly pageBytes: number
  /** SQL that creates the tables of an empty file. */
  readonly schema: string
}

// A reader waits this long for the moments in which SQLite needs the file for itself (recovery, the last close).
const busyTimeoutMs = 5_000
// A write-ahead log that a long scan has let grow is cut back to this.
const maxIdleWalBytes = 64 * 2 ** 20

/** Creates the file where there is none, and recovers it after a crash. Throws `DATABASE_TOO_NEW` for a schema of the future. */
export function openDatabase(file: string, layout: DatabaseLayout): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs })
  try {
    db.exec(`PRAGMA page_size = ${layout.pageBytes}; PRAGMA journal_mode = WAL`)
    const found = db.prepare('PRAGMA user_version').get()!.user_version as number
    if (found > layout.version) throw tooNew(file, found, layout.version)
    if (found === 0) db.exec(`BEGIN; ${layout.schema}; PRAGMA user_version = ${layout.version}; COMMIT`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

export function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs })
}

/** For a file that `openDatabase` has prepared. */
export function openForWriting(file: string, synchronous: 'FULL' | 'NORMAL'): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs })
  db.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA journal_size_limit = ${maxIdleWalBytes}`)
  return db
}

export function inTransaction(db: DatabaseSync, body: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    body()
    db.exec('COMMIT')
  } catch (error) {
    rollBack(db)
    throw error
  }
}

/** SQLite has rolled back by itself after some errors. */
export function rollBack(db: DatabaseSync): void {
  if (db.isTransaction) db.exec('ROLLBACK')
}

function tooNew(file: string, found: number, known: number): VireoError {
  const message = `${file} was written by a newer Vireo (schema ${found}, this one knows up to ${known})`
  return new VireoError({ code: 'DATABASE_TOO_NEW', message, fault: 'server', retryable: false })
}
