import { InvalidInput, type VireoError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { DoorName, Metrics } from '../metrics.ts'
import type { Access } from './access/access.ts'
import type { Backend, Method } from './method.ts'
import { presentable } from './status.ts'

/** What both doors, gRPC and HTTP, let calls in with. */
export interface Door {
  readonly backend: Backend
  readonly access: Access
  readonly metrics: Metrics
  readonly log: Log
  readonly bodyMb: number
  readonly batchSize: number
  /** Of sites whose pages may use the feed and send events. */
  readonly allowedOrigins: ReadonlySet<string>
}

/** Throws `BATCH_TOO_LARGE`. */
export function checkBatch(method: Method, request: unknown, most: number): void {
  if (method.batch === undefined) return
  const rows = (request as Record<string, readonly unknown[]>)[method.batch]!.length
  if (rows > most)
    throw new InvalidInput('BATCH_TOO_LARGE', method.batch, `${rows} rows are more than the ${most} of one batch. Send smaller batches.`)
}

/** Of one method at one door. */
export interface Calls {
  ended(ms: number): void
  /** The failure as the caller may see it; it is counted, and logged if nobody foresaw it. */
  failed(error: unknown, signal: AbortSignal, ms: number): VireoError
}

export function callsOf(method: Method, at: DoorName, { metrics, log }: Door): Calls {
  const counted = metrics.call(at, method.path)
  return {
    ended: (ms) => counted.ended('OK', ms),
    failed(error, signal, ms) {
      const shown = presentable(error, signal)
      counted.ended(shown.code, ms)
      if (shown.code === 'INTERNAL') log.error({ err: error, method: method.path }, 'a call failed')
      return shown
    },
  }
}
