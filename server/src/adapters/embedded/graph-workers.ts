import { setTimeout as sleep } from 'node:timers/promises'
import { Unavailable, type VireoError } from '../../errors.ts'
import { GraphWorker } from './graph-worker-client.ts'
import type { GraphWorkerStart } from './graph-worker-messages.ts'

export interface GraphWorkersParts {
  readonly script: URL
  readonly start: GraphWorkerStart
  readonly workers: number
  readonly openMs: number
  readonly maxLost: number
  /** Takes a worker that is ready. */
  readonly onOpen: (worker: GraphWorker) => void
  /** Takes it back, or hears why there is none. */
  readonly onLost: (worker: GraphWorker, why: VireoError) => void
}

// What can't be started, or is lost before it has served, is replaced ever more slowly.
const firstPauseMs = 100
const longestPauseMs = 10_000

/** Keeps so many threads going that compute the same graph. */
export class GraphWorkers {
  readonly #parts: GraphWorkersParts
  readonly #closing = new AbortController()
  readonly #opening = new Set<GraphWorker>()
  readonly #open = new Set<GraphWorker>()
  readonly #lost = new Set<GraphWorker>()

  constructor(parts: GraphWorkersParts) {
    this.#parts = parts
  }

  /** Threads that were lost and have not ended. */
  get lost(): number {
    return this.#lost.size
  }

  /** Resolves when all are open, and rejects with the first reason why one is not. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#parts.workers }, () => this.#launch(0)))
  }

  async close(withinMs: number): Promise<void> {
    this.#closing.abort()
    for (const worker of this.#opening) worker.abandon(new Unavailable('RANKER_CLOSED', 'the ranker is closed'))
    await Promise.all([...this.#open].map((worker) => worker.close(withinMs)))
  }

  /** `failures`: how many were lost in its place before it, one after the other, that had not served. */
  async #launch(failures: number): Promise<void> {
    const { onLost, onOpen, openMs, script, start } = this.#parts
    const worker = new GraphWorker(script, start, (why) => {
      this.#opening.delete(worker)
      this.#open.delete(worker)
      this.#lost.add(worker)
      void worker.ended.then(() => this.#lost.delete(worker))
      onLost(worker, why)
      void this.#replace(worker.hasServed ? 0 : failures + 1)
    })
    this.#opening.add(worker)
    await worker.open(openMs)
    this.#opening.delete(worker)
    this.#open.add(worker)
    onOpen(worker)
  }

  async #replace(failures: number): Promise<void> {
    const { signal } = this.#closing
    try {
      if (failures > 0) await sleep(Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs), undefined, { signal, ref: false })
      while (this.#lost.size >= this.#parts.maxLost) await Promise.race([...this.#lost].map(({ ended }) => ended))
      if (!signal.aborted) await this.#launch(failures)
    } catch {
      // The ranker closes, or the next one is lost, too: that replaces itself.
    }
  }
}
