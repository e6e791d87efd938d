import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { Unavailable, VireoError } from '../errors.ts'
import type { EventLog, Extent, Place } from '../ports/event-log.ts'
import type { Reached } from '../ports/lake.ts'
import type { Random } from '../random.ts'
import { DrainSession, type SinkLimits } from './drain-session.ts'
import type { Committed, Writer } from './writer.ts'

export interface SinkParts {
  readonly log: Pick<EventLog, 'read' | 'extents'>
  readonly openWriter: () => Promise<Writer>
  readonly limits: SinkLimits
  readonly clock: Clock
  /** Spreads over time what many do after the same failure. */
  readonly random: Random
  /** Told of a failure, once a kind until there is a commit again; the sink goes on with another writer. */
  readonly onError: (error: unknown) => void
}

/** How far the lake is behind the log. */
export interface Lag {
  /** Records of the log that are not in the lake. */
  readonly records: number
  /** For how long the first of them has waited, as far as that is known. */
  readonly seconds: number
  /** Whether they wait because writing has failed. */
  readonly isFailing: boolean
}

/** Pause after a failure, in ms: doubled with each that follows, less up to half of it by chance. */
const firstPauseMs = 1_000
const longestPauseMs = 60_000

/** Drains the log into the lake, behind those who append to it. */
export class LakeSink {
  readonly #parts: SinkParts
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #reached: readonly Reached[] = []
  #session: DrainSession | undefined
  readonly #waiting = new Set<() => void>()
  /** Since when something has waited for a commit. */
  #waitingSinceMs: number | undefined
  #failures = 0
  readonly #told = new Set<string>()

  constructor(parts: SinkParts) {
    this.#parts = parts
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async lag(): Promise<Lag> {
    const missing = (await this.#parts.log.extents()).map((extent) => this.#missing(extent))
    const records = missing.reduce((total, each) => total + each, 0)
    const nowMs = this.#parts.clock.now()
    const sinceMs = records === 0 ? nowMs : (this.#waitingSinceMs ?? nowMs)
    return { records, seconds: Math.max(0, (nowMs - sinceMs) / 1_000), isFailing: records > 0 && this.#failures > 0 }
  }

  /** See `Writer`; nothing while there is none. */
  async retainable(saved: readonly Place[], keepMs: number): Promise<readonly Place[]> {
    return (await this.#session?.retainable(saved, keepMs)) ?? []
  }

  /** Commits all that the log holds now. Rejects when the signal aborts or the sink is closed. */
  async drain(signal: AbortSignal): Promise<void> {
    const extents = await this.#parts.log.extents()
    while (extents.some((extent) => this.#missing(extent) > 0)) {
      signal.throwIfAborted()
      if (this.#stop.signal.aborted) throw new Unavailable('LAKE_CLOSED', 'the lake takes no more records')
      this.#session?.hurry(extents)
      await this.#changed(signal)
    }
  }

  /** Ends at once: what is not committed is read again by the next. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.#wake()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.#drain(signal)
        return
      } catch (error) {
        if (signal.aborted) return
        this.#waitingSinceMs ??= this.#parts.clock.now()
        this.#tell(error)
        await sleep(this.#pauseMs(), undefined, { signal }).catch(() => undefined)
      }
    }
  }

  /** Until it is stopped or the log is closed. */
  async #drain(signal: AbortSignal): Promise<void> {
    const { clock, limits, log, openWriter } = this.#parts
    const writer = await openWriter()
    try {
      this.#took(writer.committed)
      this.#session = new DrainSession({
        log,
        writer,
        limits,
        onAdd: () => {
          this.#waitingSinceMs ??= clock.now()
        },
        onCommit: (committed) => {
          this.#waitingSinceMs = undefined
          this.#failures = 0
          this.#told.clear()
          this.#took(committed)
        },
      })
      this.#wake()
      await this.#session.run(signal)
    } finally {
      this.#session = undefined
      await writer.close()
    }
  }

  #tell(error: unknown): void {
    this.#failures++
    const kind = error instanceof VireoError ? error.code : String(error)
    if (this.#told.has(kind)) return
    this.#told.add(kind)
    this.#parts.onError(error)
  }

  #pauseMs(): number {
    const longest = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs)
    return longest * (1 - this.#parts.random() / 2)
  }

  #took({ reached }: Committed): void {
    this.#reached = reached
    this.#wake()
  }

  #missing({ topic, partition, first, end }: Extent): number {
    const reached = this.#reached.find((each) => each.topic === topic && each.partition === partition)?.end ?? 0
    return Math.max(0, end - Math.max(first, reached))
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
