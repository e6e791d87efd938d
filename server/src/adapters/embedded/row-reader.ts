import { Worker } from 'node:worker_threads'
import { Unavailable } from '../../errors.ts'
import { forEachRow } from './row-packet.ts'

/** What the thread is started with. */
export interface RowsWanted {
  readonly file: string
  /** One after the other. */
  readonly tables: readonly string[]
}

/** Is given the number of a table, and a row of it; the value is a part of something larger. */
export type RowTaker = (table: number, key: string, value: Uint8Array) => void

/**
 * Reads all rows of tables as they lie, in a thread of its own, while this one takes what has come. Rejects with
 * `STATE_UNAVAILABLE`, and with what `take` throws.
 */
export async function readRows(wanted: RowsWanted, take: RowTaker): Promise<void> {
  const worker = new Worker(new URL('./row-reader-worker.ts', import.meta.url), { workerData: wanted })
  const unavailable = (cause?: unknown) => new Unavailable('STATE_UNAVAILABLE', 'the thread that reads the state has ended', cause)
  const { promise, reject, resolve } = Promise.withResolvers<void>()
  worker.on('error', (error) => reject(unavailable(error)))
  worker.on('exit', () => reject(unavailable()))
  worker.on('message', (message: ArrayBuffer | 'end') => {
    if (message === 'end') return resolve()
    try {
      forEachRow(message, (table, _, key, value) => take(table, key, value!))
      worker.postMessage('taken')
    } catch (error) {
      worker.postMessage('stop')
      reject(error)
    }
  })
  await promise
}
