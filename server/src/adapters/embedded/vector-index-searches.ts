import { Unavailable } from '../../errors.ts'
import type { Neighbours } from '../../ports/vector-index.ts'
import type { IndexThread } from './vector-index-thread.ts'

// One is being answered, the next is in the thread's mailbox; the others can still be called off.
const mostUnderWay = 2

interface Search {
  readonly query: Float32Array
  readonly count: number
  readonly answer: PromiseWithResolvers<Neighbours>
}

/** Searches on their way to the thread. Those that are called off before they are sent cost it nothing. */
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
    this.#sendNext()
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
    while (this.#underWay < mostUnderWay && this.#waiting.length > 0) void this.#send(this.#waiting.shift()!)
  }

  async #send({ answer, count, query }: Search): Promise<void> {
    this.#underWay++
    try {
      answer.resolve(await this.#thread.ask({ kind: 'search', query, count }))
    } catch (error) {
      answer.reject(error)
    }
    this.#underWay--
    this.#sendNext()
  }
}
