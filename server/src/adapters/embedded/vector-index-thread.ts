import { Worker } from 'node:worker_threads'
import { Unavailable } from '../../errors.ts'
import type { InvertedFileOptions } from './vector-index-inverted.ts'
import type { FromIndex, IndexAnswers, IndexRequest, ToIndex } from './vector-index-messages.ts'

/** The owner's side of the thread that has the lists. */
export class IndexThread {
  readonly #worker: Worker
  readonly #asked = new Map<number, PromiseWithResolvers<FromIndex['answer']>>()
  #lastId = 0
  #size = 0
  #ended: Unavailable | undefined

  constructor(options: InvertedFileOptions) {
    this.#worker = new Worker(new URL('vector-index-worker.ts', import.meta.url), { workerData: options })
    this.#worker.on('message', (message: FromIndex) => this.#settle(message))
    this.#worker.on('error', (error) => this.#end(new Unavailable('INDEX_UNAVAILABLE', 'the thread of the index has ended', error)))
    this.#worker.on('exit', () => this.#end(new Unavailable('INDEX_UNAVAILABLE', 'the thread of the index has ended')))
  }

  /** As of the last answer. */
  get size(): number {
    return this.#size
  }

  /** `transfer` is the memory that the request gives away. */
  ask<Request extends IndexRequest>(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<IndexAnswers[Request['kind']]> {
    if (this.#ended) return Promise.reject(this.#ended)
    const answer = Promise.withResolvers<FromIndex['answer']>()
    this.#asked.set(++this.#lastId, answer)
    this.#worker.postMessage({ id: this.#lastId, request } satisfies ToIndex, transfer)
    return answer.promise as Promise<IndexAnswers[Request['kind']]>
  }

  /** Rejects what is not done yet, and waits until the thread has left what it is at: it may be writing a file. */
  async close(): Promise<void> {
    if (this.#ended) return
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.postMessage('close' satisfies ToIndex)
    this.#end(new Unavailable('INDEX_CLOSED', 'the index is closed'))
    await exited
  }

  #settle({ answer, failure, id, size }: FromIndex): void {
    const asked = this.#asked.get(id)
    if (!asked) return
    this.#asked.delete(id)
    this.#size = size
    if (failure === undefined) asked.resolve(answer)
    else asked.reject(new Unavailable('INDEX_FAILED', failure))
  }

  #end(why: Unavailable): void {
    this.#ended ??= why
    for (const { reject } of this.#asked.values()) reject(this.#ended)
    this.#asked.clear()
  }
}
