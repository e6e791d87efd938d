import type { EventLog } from '../ports/event-log.ts'

/** Of reading the log from where the state was saved, before anything else. */
export interface Recovery {
  /** Stops it; then `compose` rejects. */
  readonly signal: AbortSignal
  onProgress(recordsRead: number): void
}

export type ReadLog = Pick<EventLog, 'extents' | 'read'>

/** A log that tells how many records were read of it, and ends with the signal. */
export function heeding(recovery: Recovery | undefined, log: ReadLog): ReadLog {
  if (recovery === undefined) return log
  let read = 0
  return {
    extents: () => log.extents(),
    async *read(from, signal) {
      for await (const records of log.read(from, signal)) {
        recovery.signal.throwIfAborted()
        read += records.length
        recovery.onProgress(read)
        yield records
      }
    },
  }
}
