import type { EventLog, Place } from '../ports/event-log.ts'
import type { LakeSink } from './sink.ts'

export interface RetentionParts {
  readonly log: Pick<EventLog, 'extents' | 'retain'>
  readonly sink: Pick<LakeSink, 'retainable'>
  /** How far the state is saved; a partition that is not named stays whole. */
  readonly saved: () => readonly Place[]
  /** What was accepted later than so long ago stays, in ms. */
  readonly keepMs: number
  readonly everyMs: number
  readonly onError: (error: unknown) => void
}

/** So that it ends soon when it is closed. */
const recordsAStep = 10_000

/** Lets go of what the log need not keep, now and then: what is in the lake and in the saved state, and old enough. */
export class LogRetention {
  readonly #parts: RetentionParts
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: RetentionParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.run().catch(this.#parts.onError), this.#parts.everyMs).unref()
  }

  /** Once, when what was begun before is done. */
  run(): Promise<void> {
    const done = this.#running.then(() => this.#letGo())
    this.#running = done.catch(() => undefined)
    return done
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #letGo(): Promise<void> {
    const { log, sink, saved, keepMs } = this.#parts
    // Asked for first: what is saved later may be more than what was asked about, never less.
    const places = await sink.retainable(saved(), keepMs)
    const extents = await log.extents()
    for (const place of places) {
      const extent = extents.find(({ topic, partition }) => topic === place.topic && partition === place.partition)
      for (let at = extent?.first ?? place.offset; at < place.offset && !this.#isClosed; ) {
        at = Math.min(at + recordsAStep, place.offset)
        await log.retain({ ...place, offset: at })
      }
    }
  }
}
