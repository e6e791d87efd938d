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
const sliceMs = 2
const rowsAtATime = 32
/** A save follows this long after the last, in ms. */
const pauseMs = 1_000

/**
 * Saves the derived state behind, all tables as of one position of the log. What is lost in a crash is read again
 * from the log.
 */
export class StateKeeper {
  readonly #parts: KeeperParts
  #running: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  start(): void {
    const next = () => {
      this.#timer = setTimeout(() => void this.save().catch(this.#parts.onError).finally(next), pauseMs)
      this.#timer.unref()
    }
    next()
  }

  /** Saves what has changed, when the save before is done. */
  save(): Promise<void> {
    const saved = this.#running.then(() => this.#save())
    this.#running = saved.catch(() => undefined)
    return saved
  }

  async close(): Promise<void> {
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
      const rows: Row[] = []
      let started = performance.now()
      for (const { changes } of tables) {
        for (let taken = changes.take(rowsAtATime); taken.length > 0; taken = changes.take(rowsAtATime)) {
          rows.push(...taken)
          if (performance.now() - started < sliceMs) continue
          await setImmediate()
          started = performance.now()
        }
      }
      await database.commit(rows, reached)
      saved = true
    } finally {
      for (const { changes } of tables) changes.end(saved)
    }
  }
}
