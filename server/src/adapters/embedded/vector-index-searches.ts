import { Unavailable } from '../../errors.ts'
import type { Neighbours } from '../../ports/vector-index.ts'
import type { IndexThread } from './vector-index-thread.ts'

// One message is being answered, the next is in the thread's mailbox; what is in neither can still be called off.
const mostUnderWay = 2
const mostAMessage = 16

interface Search {
  readonly query: Float32Array
  readonly count: number
  readonly answer: PromiseWithResolvers<Neighbours>
}

/** Searches on their way to the thread: those of one turn go in one message. Those that are called off before cost it nothing. */
export class SearchQueue {
  readonly #thread: IndexThread
  readonly #mostWaiting: number
  #waiting: Search[] = []
  #underWay = 0

  constructor(thread: IndexThread, mostWaiting: number) {
    this.#thread = thread
    this.#mostWaiting = mostWaiting
  }

  async search(query: Float32Array, count: number, signal: AbortSignal): Promise<Neighbours> {
    if (this.#waiting.length >= this.#mostWaiting) throw new Unavailable('INDEX_BUSY', `${this.#waiting.length} searches are waiting`)
    const search: Search = { query, count, answer: Promise.withResolvers() }
    const callOff = () => {
      this.#waiting = this.#waiting.filter((other) => other !== search)
      search.answer.reject(signal.reason)
    }
    signal.addEventListener('abort', callOff, { once: true })
    this.#waiting.push(search)
    queueMicrotask(() => this.#sendNext())
    try {
      return await search.answer.promise
    } finally {
      signal.removeEventListener('abort', callOff)
    }
  }

  /** Rejects those that wait. */
  clear(why: Unavailable): void {
    for (const { answer } of this.#waiting.splice(0)) answer.reject(why)
  }

  #sendNext(): void {
    while (this.#underWay < mostUnderWay && this.#waiting.length > 0) void this.#send(this.#waiting.splice(0, mostAMessage))
  }

  async #send(sent: readonly Search[]): Promise<void> {
    this.#underWay++
    try {
      const found = await this.#thread.ask({ kind: 'search', searches: sent.map(({ count, query }) => ({ query, count })) })
      for (const [at, { answer }] of sent.entries()) answer.resolve(found[at]!)
    } catch (error) {
      for (const { answer } of sent) answer.reject(error)
    }
    this.#underWay--
    this.#sendNext()
  }
}
