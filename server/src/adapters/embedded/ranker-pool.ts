import { Unavailable, type VireoError } from '../../errors.ts'
import type { Ranker } from '../../ports/ranker.ts'
import type { GraphWorker } from './graph-worker-client.ts'
import type { Tensors } from './graph-worker-messages.ts'
import { GraphWorkers } from './graph-workers.ts'
import { RecentTimes } from './recent-times.ts'

export interface RankerPoolOptions {
  /** The graph. */
  readonly file: string
  /** Threads, each of which opens the graph for itself. */
  readonly workers: number
  /** Requests that may wait or be computed; one more is refused. */
  readonly maxWaiting: number
  /** A thread that gives no answer for so long hangs, in ms; for a quarter of it, where requests took far less lately. */
  readonly hungMs: number
  /** For so long anybody waits for a request, in ms: for a thread that is at one for longer nobody does. `hungMs` where it is not given. */
  readonly lateMs?: number
  /** How long a thread may take to open the graph and to warm up, in ms. */
  readonly openMs?: number
  /** With so many threads that hang no other is started: each keeps its memory. */
  readonly maxLost?: number
  /** How many videos to warm up with. */
  readonly warmUpVideos?: number
  readonly meter?: RankerMeter
  /** The script of a thread, which calls `serveGraph`. */
  readonly script?: URL
}

/** Is told what happens. */
export interface RankerMeter {
  /** How long a request waited for a thread, in ms. */
  waited(ms: number): void
  /** How long a thread computed one, in ms. */
  computed(ms: number): void
  /** A thread hangs (`RANKER_HUNG`), has died (`RANKER_UNAVAILABLE`) or could not be started. */
  lost(why: VireoError): void
}

export interface RankerPool extends Ranker {
  /** Threads that hang. While there are any, the process does not exit but by a signal: Node waits for its threads. */
  readonly lost: number
  /** Whether it has been closed, or is being closed. */
  readonly isClosed: boolean
}

const defaults = {
  openMs: 30_000,
  warmUpVideos: 1_000,
  meter: { waited: () => undefined, computed: () => undefined, lost: () => undefined },
  script: new URL('./graph-worker-onnx.ts', import.meta.url),
}

/** Resolves when every thread is warm. Rejects with `GRAPH_UNREADABLE` or `GRAPH_FAILED` where the graph is not as it should be. */
export async function openRankerPool(options: RankerPoolOptions): Promise<RankerPool> {
  const pool = new WorkerPool({ ...defaults, lateMs: options.hungMs, maxLost: 4 * options.workers, ...options })
  try {
    await pool.start()
  } catch (error) {
    await pool.close()
    throw error
  }
  return pool
}

interface Request {
  readonly inputs: Tensors
  readonly answer: PromiseWithResolvers<Tensors>
  readonly waitedMs: number
}

// Once it is known how long requests take: who takes so many times as long as one in a hundred, and so much of `hungMs`, is in
// doubt, so that nobody waits for it; and hangs, when it takes so long that another thread had better be started.
const doubt = { factor: 2, least: 1 / 40 }
const hang = { factor: 20, least: 1 / 4 }

class WorkerPool implements RankerPool {
  readonly #maxWaiting: number
  readonly #hungMs: number
  readonly #lateMs: number
  readonly #meter: RankerMeter
  readonly #workers: GraphWorkers
  readonly #serving = new Set<GraphWorker>()
  /** Of these, those that have been at a request for far too long. */
  readonly #inDoubt = new Set<GraphWorker>()
  /** From asking a thread to its answer. */
  readonly #took = new RecentTimes()
  #idle: GraphWorker[] = []
  #queue: Request[] = []
  #closed: Promise<void> | undefined

  constructor({ file, hungMs, lateMs, maxWaiting, meter, warmUpVideos, ...parts }: Required<RankerPoolOptions>) {
    this.#maxWaiting = maxWaiting
    this.#hungMs = hungMs
    this.#lateMs = lateMs
    this.#meter = meter
    this.#workers = new GraphWorkers({
      ...parts,
      start: { file, warmUpVideos },
      onOpen: (worker) => this.#add(worker),
      onLost: (worker, why) => this.#remove(worker, why),
    })
  }

  get waiting(): number {
    return this.#queue.length + this.#serving.size - this.#idle.length
  }

  get lost(): number {
    return this.#workers.lost
  }

  get isClosed(): boolean {
    return this.#closed !== undefined
  }

  get refusal(): VireoError | undefined {
    if (this.#closed) return new Unavailable('RANKER_CLOSED', 'the ranker is closed')
    if (this.#inDoubt.size === this.#serving.size)
      return new Unavailable('RANKER_UNAVAILABLE', 'no thread that ranks is there that answers')
    if (this.waiting >= this.#maxWaiting) return new Unavailable('RANKER_BUSY', `${this.waiting} requests wait for the ranker`)
    return undefined
  }

  start(): Promise<void> {
    return this.#workers.start()
  }

  async rank(inputs: Tensors, signal: AbortSignal): Promise<Tensors> {
    signal.throwIfAborted()
    const { refusal } = this
    if (refusal !== undefined) throw refusal
    const request: Request = { inputs, answer: Promise.withResolvers(), waitedMs: performance.now() }
    const drop = () => {
      this.#queue = this.#queue.filter((each) => each !== request)
      request.answer.reject(signal.reason)
    }
    signal.addEventListener('abort', drop)
    this.#queue.push(request)
    this.#next()
    try {
      return await request.answer.promise
    } finally {
      signal.removeEventListener('abort', drop)
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#finish()
    return this.#closed
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#queue.map(({ answer }) => answer.promise))
    await this.#workers.close(this.#hungMs)
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) void this.#compute(this.#idle.shift()!, this.#queue.shift()!)
  }

  async #compute(worker: GraphWorker, { answer, waitedMs, inputs }: Request): Promise<void> {
    const begunMs = performance.now()
    this.#meter.waited(begunMs - waitedMs)
    const { doubtMs, hungMs } = this.#patience()
    let isOver = false
    // Where it was this thread that stood still, the answer is in the mailbox: look there first.
    const inTurn = () => setImmediate(() => isOver || this.#doubt(worker, answer))
    const timer = doubtMs < hungMs ? setTimeout(inTurn, doubtMs) : undefined
    try {
      const { outputs, tookMs } = await worker.run(inputs, hungMs)
      this.#meter.computed(tookMs)
      this.#took.add(performance.now() - begunMs)
      answer.resolve(outputs)
    } catch (error) {
      answer.reject(error)
    }
    isOver = true
    clearTimeout(timer)
    this.#inDoubt.delete(worker)
    if (this.#serving.has(worker)) this.#idle.push(worker)
    this.#next()
  }

  /** How long a thread may take before it is in doubt, and before it hangs, in ms. */
  #patience(): { doubtMs: number; hungMs: number } {
    const usualMs = this.#took.p99()
    const within = (mostMs: number, { factor, least }: typeof doubt) =>
      usualMs === undefined ? mostMs : Math.min(mostMs, Math.max(least * this.#hungMs, factor * usualMs))
    return { doubtMs: within(Math.min(this.#lateMs, this.#hungMs), doubt), hungMs: within(this.#hungMs, hang) }
  }

  #doubt(worker: GraphWorker, answer: Request['answer']): void {
    this.#inDoubt.add(worker)
    answer.reject(new Unavailable('RANKER_HUNG', 'a thread that ranks takes far longer than usual'))
    if (this.#inDoubt.size === this.#serving.size)
      this.#refuse(new Unavailable('RANKER_UNAVAILABLE', 'each thread that ranks seems to hang'))
  }

  #add(worker: GraphWorker): void {
    this.#serving.add(worker)
    this.#idle.push(worker)
    this.#next()
  }

  #remove(worker: GraphWorker, why: VireoError): void {
    this.#serving.delete(worker)
    this.#inDoubt.delete(worker)
    this.#idle = this.#idle.filter((each) => each !== worker)
    this.#meter.lost(why)
    // Starting another takes longer than anyone waits for a feed.
    if (this.#serving.size === 0) this.#refuse(new Unavailable('RANKER_UNAVAILABLE', 'the last thread that ranks is lost', why))
  }

  #refuse(why: VireoError): void {
    for (const { answer } of this.#queue.splice(0)) answer.reject(why)
  }
}
