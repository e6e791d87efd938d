import { setTimeout as sleep } from 'node:timers/promises'
import type { Leases } from '../ports/leases.ts'

export interface SnapshotScheduleParts {
  readonly leases: Leases
  /** What only one server at a time takes snapshots of. */
  readonly name: string
  readonly everyMs: number
  /** Of the newest, in ms; infinite where there is none. */
  readonly age: () => Promise<number>
  readonly take: (signal: AbortSignal) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** After a failure it is tried again so much later. */
const retryMs = 60_000

/** Has snapshots taken now and then, by one of the servers that share a state. */
export class SnapshotSchedule {
  readonly #parts: SnapshotScheduleParts
  readonly #ending = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(parts: SnapshotScheduleParts) {
    this.#parts = parts
  }

  start(): void {
    const { leases, name } = this.#parts
    this.#running = leases.whileHeld(`snapshots:${name}`, (signal) => this.#takeAll(signal), this.#ending.signal)
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #takeAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await this.#takeIfDue(signal)
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** How long until the next. */
  async #takeIfDue(signal: AbortSignal): Promise<number> {
    const { age, everyMs, onError, take } = this.#parts
    try {
      const ageMs = await age()
      if (ageMs < everyMs) return everyMs - ageMs
      await take(signal)
      return everyMs
    } catch (error) {
      if (!signal.aborted) onError(error)
      return Math.min(retryMs, everyMs)
    }
  }
}
