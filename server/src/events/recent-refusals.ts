import type { RefusedEvent } from '../generated/vireo/v1/events.ts'

/** An event that was refused, without what it said. */
export interface Refusal {
  readonly timeMs: number
  readonly code: string
  readonly field: string
}

const kept = 100

/** The last refused events, for whoever looks for the reason. */
export class RecentRefusals {
  readonly #ring: Refusal[] = []
  #next = 0

  add(timeMs: number, refused: readonly Pick<RefusedEvent, 'code' | 'field'>[]): void {
    for (const { code, field } of refused.slice(-kept)) this.#ring[this.#next++ % kept] = { timeMs, code, field }
  }

  /** The newest first. */
  read(): Refusal[] {
    const newest = this.#next % kept
    return [...this.#ring.slice(newest), ...this.#ring.slice(0, newest)].reverse()
  }
}
