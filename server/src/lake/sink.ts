import { setTimeout as sleep } from 'node:timers/promises'
import { Unavailable } from '../errors.ts'
import type { EventLog, Extent, Place } from '../ports/event-log.ts'
import { committed, type Reached } from '../ports/lake.ts'
import { DrainSession, type SinkLimits } from './drain-session.ts'
import type { Committed, Writer } from './writer.ts'

export interface SinkParts {
  readonly log: Pick<EventLog, 'read' | 'extents'>
  readonly openWriter: () => Promise<Writer>
  readonly limits: SinkLimits
  /** Told of each failure; the sink goes on with another writer. */
  readonly onError: (error: unknown) => void
  /** Told of each commit. */
  readonly onCommit?: (committed: Committed) => void
}

/** Pause after a failure, in ms. */
const retryMs = 1_000

/** Drains the log into the lake, behind those who append to it. */
export class LakeSink {
  readonly #parts: SinkParts
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #reached: readonly Reached[] = []
  #session: DrainSession | undefined
  readonly #waiting = new Set<() => void>()

  constructor(parts: SinkParts) {
    this.#parts = parts
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** How far the log is in the lake: it may let go of what is before. Empty until the lake has been opened. */
  committed(): Place[] {
    return committed({ reached: this.#reached })
  }

  /** Commits all that the log holds now. Rejects when the signal aborts or the sink is closed. */
  async drain(signal: AbortSignal): Promise<void> {
    const extents = await this.#parts.log.extents()
    while (!this.#holds(extents)) {
      signal.throwIfAborted()
      if (this.#stop.signal.aborted) throw new Unavailable('LAKE_CLOSED', 'the lake takes no more records')
      this.#session?.hurry(extents)
      await this.#changed(signal)
    }
  }

  /** Commits what has been read, and ends. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.#wake()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        const writer = await this.#parts.openWriter()
        try {
          this.#took(writer.committed)
          const { log, limits } = this.#parts
          this.#session = new DrainSession(log, writer, limits, (committed) => {
            this.#took(committed)
            this.#parts.onCommit?.(committed)
          })
          this.#wake()
          await this.#session.run(signal)
          // Stopped, or the log is closed.
          return
        } finally {
          this.#session = undefined
          await writer.close()
        }
      } catch (error) {
        this.#parts.onError(error)
        await sleep(retryMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  #took({ reached }: Committed): void {
    this.#reached = reached
    this.#wake()
  }

  #holds(extents: readonly Extent[]): boolean {
    return extents.every(({ topic, partition, first, end }) => {
      const reached = this.#reached.find((each) => each.topic === topic && each.partition === partition)
      return first === end || (reached?.end ?? 0) >= end
    })
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done)
    })
  }

  #wake(): void {
    for (const done of this.#waiting) done()
  }
}
