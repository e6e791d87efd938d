import { VireoError } from './error.ts'

/** Resolves after some ms; rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal?.addEventListener('abort', end, { once: true })
  })
}

/** What a promise gives, unless the signal comes first. */
export function unlessAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
}

/**
 * How long to wait after so many failures in a row, in ms: twice as long each time, up to `mostMs`, and half of it by
 * chance, so that clients that failed together do not come back together.
 */
export function backoffMs(failures: number, firstMs: number, mostMs: number, error: unknown): number {
  const ms = Math.min(mostMs, firstMs * 2 ** (failures - 1))
  const asked = error instanceof VireoError ? error.retryAfterMs : 0
  return Math.max(asked, ms * (0.5 + Math.random() / 2))
}

const firstPauseMs = 200
const longestPauseMs = 5_000

/** Tries until it succeeds, fails for good, or has failed `attempts` times. */
export async function retried<Value>(attempts: number, attempt: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (failures >= attempts || !(error instanceof VireoError) || !error.retryable) throw error
      await pause(backoffMs(failures, firstPauseMs, longestPauseMs, error), signal)
    }
  }
}
