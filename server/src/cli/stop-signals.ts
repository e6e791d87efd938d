import { VireoError } from '../errors.ts'
import { exitCodes } from './exit-codes.ts'

/** One Ctrl-C arrives more than once: from the terminal, and again from each of npm and the launcher. */
const sameMs = 500

/** Aborts on the first SIGINT or SIGTERM, so that the command can end well; another one ends the process at once. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  let firstMs: number | undefined
  const stop = () => {
    const nowMs = performance.now()
    firstMs ??= nowMs
    if (nowMs - firstMs > sameMs) process.exit(exitCodes.interrupted)
    controller.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  return controller.signal
}

export const interrupted = (message: string): VireoError =>
  new VireoError({ code: 'INTERRUPTED', fault: 'client', retryable: true, message })
