import { VireoError } from '../errors.ts'
import type { FallibleStage } from './stages.ts'
import type { Left, Recorder, StepKind } from './trace.ts'

/**
 * Runs one stage within its deadline; whether it succeeded. Where the stage may not fail, or the caller has gone,
 * it rejects. A stage that answers at once costs neither timer nor promise.
 */
export function attempt<Query, Column extends string>(
  kind: StepKind,
  stage: FallibleStage<Query>,
  {
    query,
    recorder,
    signal,
    deadlineMs,
    patienceMs,
  }: { query: Query; recorder: Recorder<Column>; signal: AbortSignal; deadlineMs: number; patienceMs: number },
  work: (signal: AbortSignal) => void | Promise<void>,
  left?: Left,
): boolean | Promise<boolean> {
  if (stage.enabled?.(query) === false) return true
  const started = performance.now()
  const went = () => {
    recorder.went(kind, stage.name, started, left?.found?.count ?? recorder.live, 0, left)
    return true
  }
  const broke = (error: unknown) => {
    recorder.broke(kind, stage.name, started, error)
    return stage.onFailure === 'fail' || signal.aborted ? Promise.reject<boolean>(error) : false
  }
  try {
    const result = work(signal)
    return result === undefined
      ? went()
      : within(result, Math.max(patienceMs, stage.deadlineMs ?? deadlineMs), stage.name, signal).then(went, broke)
  } catch (error) {
    return broke(error)
  }
}

function within(work: Promise<void>, deadlineMs: number, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      settle()
    }
    const aborted = () => end(() => reject(signal.reason))
    const timer = setTimeout(() => end(() => reject(tooSlow(name, deadlineMs))), deadlineMs)
    signal.addEventListener('abort', aborted, { once: true })
    work.then(
      () => end(resolve),
      (error: unknown) => end(() => reject(error)),
    )
  })
}

function tooSlow(name: string, deadlineMs: number): VireoError {
  return new VireoError({ code: 'STAGE_TOO_SLOW', fault: 'server', retryable: true, message: `${name} took over ${deadlineMs} ms` })
}
