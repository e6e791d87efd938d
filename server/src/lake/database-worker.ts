import { parentPort, workerData } from 'node:worker_threads'
import { VireoError } from '../errors.ts'
import { type DatabaseAccess, noAccess } from '../ports/lake.ts'
import { LakeDatabase, type Rows } from './database.ts'
import type { DatabaseReply, DatabaseRequest, DatabaseThreadOptions } from './database-thread.ts'

/** Some µs each to be taken in by who asked. */
const rowsAPiece = 200

const port = parentPort!
const { access: first, ...options } = workerData as DatabaseThreadOptions
const interrupted = new AbortController()
/** The same object for as long as it says the same. */
let access: DatabaseAccess = first ?? noAccess
let answer: AsyncGenerator<Rows> | undefined
// A request that cannot be met is answered with why, also where there is no database at all.
const opened = LakeDatabase.open({ ...options, lake: { access: () => Promise.resolve(access) }, signal: interrupted.signal })
opened.catch(() => undefined)

port.on('message', async (request: DatabaseRequest) => {
  if (request === 'interrupt') interrupted.abort()
  else if (request === 'close') await close()
  else port.postMessage(await replyTo(request))
})

async function replyTo(request: Exclude<DatabaseRequest, 'interrupt' | 'close'>): Promise<DatabaseReply> {
  try {
    if (request !== 'next') {
      await answer?.return(undefined)
      if (request.access !== undefined && JSON.stringify(request.access) !== JSON.stringify(access)) access = request.access
      answer = inPieces(await opened, request.sql)
    }
    const { value } = await answer!.next()
    return { rows: value ?? [] }
  } catch (error) {
    // Classes are lost between threads.
    if (!(error instanceof VireoError)) return { error: error as Error }
    const { code, fault, message, retryable } = error
    return { problem: { code, fault, message, retryable } }
  }
}

async function* inPieces(database: LakeDatabase, sql: string): AsyncGenerator<Rows> {
  for await (const rows of database.pieces(sql)) {
    for (let at = 0; at < rows.length; at += rowsAPiece) yield rows.slice(at, at + rowsAPiece)
  }
}

async function close(): Promise<void> {
  const database = await opened.catch(() => undefined)
  await answer?.return(undefined).catch(() => undefined)
  database?.close()
  port.close()
}
