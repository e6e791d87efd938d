import { setTimeout as sleep } from 'node:timers/promises'
import { VireoError } from '../errors.ts'
import type { StreamJobs } from '../ports/stream-jobs.ts'

export interface HealthOptions {
  /** From now on, in ms. */
  readonly withinMs: number
  readonly signal: AbortSignal
  readonly onProgress?: (what: string) => void
}

const pollMs = 500

/** Waits until all of a job runs and has been written down once, so that a failure would lose nothing. Throws `FLINK_JOB_FAILED`. */
export async function untilHealthy(cluster: StreamJobs, id: string, { withinMs, signal, onProgress }: HealthOptions): Promise<void> {
  const limitMs = performance.now() + withinMs
  let told = ''
  for (;;) {
    const job = (await cluster.jobs(signal)).find((job) => job.id === id)
    const details = await cluster.details(id, signal)
    if (job?.state === 'RUNNING' && details.running === details.tasks && details.checkpoints > 0) return
    const state = `${details.running} of ${details.tasks} tasks run, ${details.checkpoints === 0 ? 'no checkpoint yet' : 'checkpoints are made'}`
    const isOver = performance.now() > limitMs
    if (job?.hasEnded || isOver) {
      const ended = isOver ? `is not healthy after ${withinMs / 1_000} s (${state})` : `has ended as ${job!.state}`
      const message = `the job ${ended}${details.failure === undefined ? '' : `: ${details.failure}`}`
      throw new VireoError({ code: 'FLINK_JOB_FAILED', fault: 'server', retryable: false, message })
    }
    if (state !== told) onProgress?.(state)
    told = state
    await sleep(pollMs, undefined, { signal })
  }
}
