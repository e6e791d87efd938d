import { setTimeout as sleep } from 'node:timers/promises'
import type { Leases } from '../ports/leases.ts'

export interface SnapshotScheduleParts {
  readonly leases: Leases
  /** What only one server at a time takes snapshots of. */
  readonly name: string
  readonly everyMs: number
  /** Of the newest, in ms; infinite where there is none. */
  readonly age: () => Promise<number>
  /** Resolves with its size, in bytes. */
  readonly take: (signal: AbortSignal) => Promise<number>
  readonly onError: (error: unknown) => void
}

/** After a failure it is tried again so much later. */
const retryMs = 60_000

/** A snapshot that this server has taken. */
export interface TakenSnapshot {
  readonly bytes: number
  readonly tookMs: number
}

/** Has snapshots taken now and then, by one of the servers that share a state. */
export class SnapshotSchedule {
  readonly #parts: SnapshotScheduleParts
  readonly #ending = new AbortController()
  #running: Promise<void> = Promise.resolve()
  /** By `performance.now()`: when the newest was taken, as far as this server has to know it. */
  #newestMs: number | undefined
  /** The last one of this server. */
  last: TakenSnapshot | undefined
  /** How often this server has failed to take one. */
  failures = 0

  constructor(parts: SnapshotScheduleParts) {
    this.#parts = parts
  }

  start(): void {
    const { leases, name } = this.#parts
    this.#running = leases.whileHeld(`snapshots:${name}`, (signal) => this.#takeAll(signal), this.#ending.signal)
  }

  /** Of the newest, in ms; infinite where there is none, and undefined where another server takes them. */
  ageMs(): number | undefined {
    return this.#newestMs === undefined ? undefined : performance.now() - this.#newestMs
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
    this.#newestMs = undefined
  }

  /** How long until the next. */
  async #takeIfDue(signal: AbortSignal): Promise<number> {
    const { age, everyMs, onError, take } = this.#parts
    try {
      const ageMs = await age()
      this.#newestMs = performance.now() - ageMs
      if (ageMs < everyMs) return everyMs - ageMs
      const beganMs = performance.now()
      const bytes = await take(signal)
      this.#newestMs = performance.now()
      this.last = { bytes, tookMs: this.#newestMs - beganMs }
      return everyMs
    } catch (error) {
      if (!signal.aborted) {
        this.failures++
        onError(error)
      }
      return Math.min(retryMs, everyMs)
    }
  }
}
