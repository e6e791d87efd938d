import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../server/src/random.ts'

export interface OpenLoop<Answer> {
  readonly perSecond: number
  readonly seconds: number
  ask(): Promise<Answer>
}

export interface Answered<Answer> {
  /** From when a request was due until it was answered, in ms. */
  readonly ms: readonly number[]
  readonly answers: readonly Answer[]
  readonly failures: readonly Error[]
}

/**
 * Requests that come as people do, whether or not those before have been answered: a Poisson process. A request's time
 * begins when it was due, so that one which was sent late because the machine stood still counts as having waited
 * (Gil Tene, "How NOT to Measure Latency").
 */
export async function openLoop<Answer>({ ask, perSecond, seconds }: OpenLoop<Answer>): Promise<Answered<Answer>> {
  const random = seededRandom(2, 4, 6, 8)
  const ms: number[] = []
  const answers: Answer[] = []
  const failures: Error[] = []
  const request = async (dueMs: number) => {
    try {
      answers.push(await ask())
    } catch (error) {
      failures.push(error as Error)
    }
    ms.push(performance.now() - dueMs)
  }
  const running: Promise<void>[] = []
  const start = performance.now()
  for (let dueMs = start; ; ) {
    dueMs += (-Math.log(1 - random()) * 1_000) / perSecond
    if (dueMs > start + seconds * 1_000) break
    await sleep(Math.max(0, dueMs - performance.now()))
    running.push(request(dueMs))
  }
  await Promise.all(running)
  return { ms, answers, failures }
}
