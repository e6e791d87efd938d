import { type Transferable, Worker } from 'node:worker_threads'
import { Unavailable } from '../../errors.ts'
import type { WriteFailure } from './database-writer.ts'

/**
 * The owner's side of a thread that holds the only writing connection of a database. Requests are carried out one after
 * the other and settle in that order. Failures are `Unavailable`: `<NAME>_FULL` or `<NAME>_UNAVAILABLE`.
 */
export class DatabaseWorker<Request> {
  readonly #name: string
  readonly #worker: Worker
  #waiting: PromiseWithResolvers<void>[] = []
  #dead: Unavailable | undefined

  constructor(name: 'LOG' | 'STATE', script: URL, workerData: unknown) {
    this.#name = name
    this.#worker = new Worker(script, { workerData })
    this.#worker.on('message', (failure: WriteFailure | undefined) => this.#settle(failure))
    this.#worker.on('error', (error) => this.#die(error))
    this.#worker.on('exit', () => this.#die())
  }

  send(request: Request | 'close', transfer: readonly Transferable[] = []): Promise<void> {
    if (this.#dead) return Promise.reject(this.#dead)
    const answer = Promise.withResolvers<void>()
    this.#waiting.push(answer)
    this.#worker.postMessage(request, transfer)
    return answer.promise
  }

  /** Carries out what was sent before, then ends the thread; a thread that has died needs no closing. */
  async close(): Promise<void> {
    if (this.#dead) return
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve))
    await this.send('close')
    await exited
  }

  #settle(failure: WriteFailure | undefined): void {
    const answer = this.#waiting.shift()!
    if (failure) answer.reject(new Unavailable(`${this.#name}_${failure.full ? 'FULL' : 'UNAVAILABLE'}`, failure.message))
    else answer.resolve()
  }

  #die(cause?: unknown): void {
    this.#dead ??= new Unavailable(`${this.#name}_UNAVAILABLE`, 'the thread that writes has ended', cause)
    for (const answer of this.#waiting.splice(0)) answer.reject(this.#dead)
  }
}
