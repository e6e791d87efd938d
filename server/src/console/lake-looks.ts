import { lookInto, type OpenedLake } from '../lake/look-into.ts'
import type { Lake } from '../ports/lake.ts'

const memoryMb = 256
const deadlineMs = 15_000

/** What came of a look, or why nothing did, in words. */
export type Looked<Result> = { readonly found: Result } | { readonly problem: string }

/** Looks into the lake with SQL, one after the other, as each takes memory. */
export class LakeLooks {
  readonly #open: () => Promise<Lake | undefined>
  #last: Promise<unknown> = Promise.resolve()

  /** `open` resolves with undefined where there is no lake. */
  constructor(open: () => Promise<Lake | undefined>) {
    this.#open = open
  }

  /** Ends after 15 s, the wait for others included. Rejects where the signal aborts. */
  async look<Result>(signal: AbortSignal, use: (opened: OpenedLake) => Promise<Result>): Promise<Looked<Result>> {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
    const looking = this.#last.then(() => this.#look(inTime, use))
    this.#last = looking.catch(() => undefined)
    try {
      return await looking
    } catch (error) {
      signal.throwIfAborted()
      if (inTime.aborted) return { problem: `The lake did not answer within ${deadlineMs / 1_000} s.` }
      return { problem: `The lake could not be read: ${(error as Error).message.split('\n')[0]}` }
    }
  }

  async #look<Result>(signal: AbortSignal, use: (opened: OpenedLake) => Promise<Result>): Promise<Looked<Result>> {
    signal.throwIfAborted()
    const lake = await this.#open()
    if (lake === undefined) return { problem: 'There is no lake.' }
    return { found: await lookInto(lake, { name: 'console', memoryMb, signal }, use) }
  }
}
