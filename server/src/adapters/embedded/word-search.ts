import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Overloaded, Unavailable } from '../../errors.ts'

export interface WordQuestion {
  readonly id: number
  readonly table: string
  readonly words: string
  readonly most: number
}

export type WordAnswer = { readonly id: number } & ({ readonly keys: readonly string[] } | { readonly failure: string })

/** Searches that may wait for the one that runs. */
const mostWaiting = 32
const patienceMs = 5_000

/** The owner's side of the thread that looks for words of texts; the first search starts it. */
export class WordSearch {
  readonly #file: string
  readonly #asked = new Map<number, PromiseWithResolvers<readonly string[]>>()
  #worker: Worker | undefined
  #lastId = 0
  #isClosed = false

  constructor(file: string) {
    this.#file = file
  }

  /** Throws `OVERLOADED`, `STATE_CLOSED`, and `STATE_UNAVAILABLE`, also after 5 s: a thread that hangs is given up. */
  async find(table: string, words: string, most: number, signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted()
    if (this.#isClosed) throw new Unavailable('STATE_CLOSED', 'the state database is closed')
    if (this.#asked.size >= mostWaiting) throw new Overloaded('Too many searches wait')
    const id = ++this.#lastId
    const answer = Promise.withResolvers<readonly string[]>()
    const aborted = () => answer.reject(signal.reason)
    const late = setTimeout(() => this.#end(), patienceMs)
    signal.addEventListener('abort', aborted)
    this.#asked.set(id, answer)
    try {
      this.#worker ??= this.#start()
      this.#worker.postMessage({ id, table, words, most } satisfies WordQuestion)
      return await answer.promise
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', aborted)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#worker?.postMessage('close')
    await (this.#worker && once(this.#worker, 'exit', { signal: AbortSignal.timeout(patienceMs) }).catch(() => undefined))
    this.#end()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./word-search-worker.ts', import.meta.url), { workerData: this.#file })
    worker.on('message', (answer: WordAnswer) => this.#settle(answer))
    worker.on('error', (error) => this.#end(error))
    worker.on('exit', () => this.#end())
    return worker
  }

  #settle(answer: WordAnswer): void {
    const asked = this.#asked.get(answer.id)
    this.#asked.delete(answer.id)
    if ('keys' in answer) asked?.resolve(answer.keys)
    else asked?.reject(new Unavailable('STATE_UNAVAILABLE', answer.failure))
  }

  /** The next search starts another thread. One that is inside SQLite ends when it has left it. */
  #end(cause?: unknown): void {
    this.#worker?.removeAllListeners()
    // An error of its own would end the process where nobody listens.
    this.#worker?.on('error', () => undefined).unref()
    this.#worker?.postMessage('close')
    this.#worker = undefined
    for (const { reject } of this.#asked.values()) reject(new Unavailable('STATE_UNAVAILABLE', 'the search was given up', cause))
    this.#asked.clear()
  }
}
