import { Worker } from 'node:worker_threads'
import { Unavailable, VireoError } from '../../errors.ts'
import type { GraphAnswer, GraphComputed, GraphRequest, GraphWorkerStart, Tensors } from './graph-worker-messages.ts'

/**
 * The owner's side of a thread that computes a graph, one request at a time. A thread that gives no answer in time is
 * abandoned, never terminated: inside native code that would end the whole process. It ends when it comes back by itself.
 */
export class GraphWorker {
  readonly #worker: Worker
  readonly #onLost: (why: VireoError) => void
  #underway: PromiseWithResolvers<GraphComputed> | undefined
  #answers = 0
  #gone: VireoError | undefined
  /** Resolves when the thread is no more. */
  readonly ended: Promise<void>

  /** `onLost` is called once, when the thread can't be opened, is abandoned or dies, before its request settles. */
  constructor(script: URL, start: GraphWorkerStart, onLost: (why: VireoError) => void) {
    this.#onLost = onLost
    this.#worker = new Worker(script, { workerData: start })
    this.#worker.on('message', (answer: GraphAnswer) => this.#settle(answer))
    this.#worker.on('error', (cause) => this.#lose(new Unavailable('RANKER_UNAVAILABLE', 'a thread that ranks has failed', cause)))
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#lose(new Unavailable('RANKER_UNAVAILABLE', 'a thread that ranks has ended'))
        resolve()
      })
    })
  }

  /** Whether it has computed a request. */
  get hasServed(): boolean {
    return this.#answers > 1
  }

  /** Resolves when the graph is open and warm; to be called first. */
  async open(withinMs: number): Promise<void> {
    try {
      await this.#answer(withinMs)
    } catch (error) {
      this.#lose(error as VireoError)
      throw error
    }
  }

  /** To be called when what was called before has settled. */
  run(inputs: Tensors, withinMs: number): Promise<GraphComputed> {
    return this.#ask(inputs, withinMs)
  }

  /** Waits for what is being computed, unless the thread is abandoned for it. */
  async close(withinMs: number): Promise<void> {
    await this.#underway?.promise.catch(() => undefined)
    const closed = await this.#ask('close', withinMs).catch(() => undefined)
    if (closed === undefined) return
    this.#gone = new Unavailable('RANKER_CLOSED', 'the thread was asked to end')
    await this.ended
  }

  /** The process need not wait for it, and it ends when it next looks into its mailbox. */
  abandon(why: VireoError): void {
    this.#worker.postMessage('close' satisfies GraphRequest)
    this.#worker.unref()
    this.#lose(why)
  }

  async #ask(request: GraphRequest, withinMs: number): Promise<GraphComputed> {
    if (this.#gone) throw this.#gone
    this.#worker.postMessage(request)
    return this.#answer(withinMs)
  }

  async #answer(withinMs: number): Promise<GraphComputed> {
    const underway = Promise.withResolvers<GraphComputed>()
    this.#underway = underway
    const abandon = () => {
      if (this.#underway === underway) this.abandon(new Unavailable('RANKER_HUNG', `a thread that ranks gave no answer in ${withinMs} ms`))
    }
    // Where it was the owner that stood still, the answer is in the mailbox: look there first.
    const timer = setTimeout(() => setImmediate(abandon), withinMs)
    try {
      return await underway.promise
    } finally {
      clearTimeout(timer)
    }
  }

  #settle(answer: GraphAnswer): void {
    const underway = this.#underway
    this.#underway = undefined
    this.#answers++
    if (answer.ok) underway?.resolve(answer)
    else underway?.reject(new VireoError(answer))
  }

  #lose(why: VireoError): void {
    if (this.#gone) return
    this.#gone = why
    this.#onLost(why)
    this.#underway?.reject(why)
    this.#underway = undefined
  }
}
