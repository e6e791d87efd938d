import { setImmediate } from 'node:timers/promises'
import type { Place } from '../../ports/event-log.ts'
import type { KeptTable, Row } from '../../state/changed-rows.ts'
import type { StateDatabase } from './state-database.ts'

export interface KeeperParts {
  readonly database: Pick<StateDatabase, 'commit'>
  readonly tables: readonly KeptTable[]
  /** The position of the log that memory reflects now. */
  readonly positions: () => readonly Place[]
  readonly onError: (error: unknown) => void
}

/** Longest stretch of the event loop that a save takes at a time, in ms. */
const sliceMs = 1
const rowsAtATime = 16
/** A save follows this long after the last, in ms, and not before this many times what the last one took: saving is not to be what the process does. */
const pauseMs = 1_000
const pauseFactor = 9

/**
 * Saves the derived state behind, all tables as of one position of the log. What is lost in a crash is read again
 * from the log.
 */
export class StateKeeper {
  readonly #parts: KeeperParts
  #running: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  start(): void {
    const next = (afterMs: number) => {
      this.#timer = setTimeout(() => {
        const started = performance.now()
        const again = () => next(Math.max(pauseMs, pauseFactor * (performance.now() - started)))
        void this.save().catch(this.#parts.onError).finally(again)
      }, afterMs)
      this.#timer.unref()
      if (this.#isClosed) clearTimeout(this.#timer)
    }
    next(pauseMs)
  }

  /** Saves what has changed, when the save before is done. */
  save(): Promise<void> {
    const saved = this.#running.then(() => this.#save())
    this.#running = saved.catch(() => undefined)
    return saved
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.save()
  }

  async #save(): Promise<void> {
    const { database, positions, tables } = this.#parts
    if (tables.every(({ changes }) => changes.size === 0)) return
    // All tables begin in one turn: together they are the state at this position.
    const reached = positions()
    for (const { changes } of tables) changes.begin()
    let saved = false
    try {
      await database.commit(inSlices(tables), reached)
      saved = true
    } finally {
      for (const { changes } of tables) changes.end(saved)
    }
  }
}

/** The rows of a save that has begun, some at a time, with turns for others in between. */
async function* inSlices(tables: readonly KeptTable[]): AsyncGenerator<readonly Row[]> {
  let started = performance.now()
  for (const { changes } of tables) {
    for (let taken = changes.take(rowsAtATime); taken.length > 0; taken = changes.take(rowsAtATime)) {
      yield taken
      if (performance.now() - started < sliceMs) continue
      await setImmediate()
      started = performance.now()
    }
  }
}
