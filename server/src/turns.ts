import { setImmediate as atNextTurn } from 'node:timers'
import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Shares the event loop among those who have much to do: when a turn of it has lasted too long, the next of them waits for
 * another turn, so that many who come at once don't hold up everybody else for as long as all of them take.
 */
export class Turns {
  readonly #mostMs: number
  #began: number | undefined

  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  /** Undefined where there is time left in this turn; else resolves in a turn that has time. */
  wait(): Promise<void> | undefined {
    return this.#hasTime() ? undefined : this.#wait()
  }

  async #wait(): Promise<void> {
    do await nextTurn()
    while (!this.#hasTime())
  }

  #hasTime(): boolean {
    if (this.#began !== undefined) return performance.now() - this.#began < this.#mostMs
    this.#began = performance.now()
    atNextTurn(() => {
      this.#began = undefined
    })
    return true
  }
}
