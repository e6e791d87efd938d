import type { SentEvent } from './messages.ts'

/** An event that waits to be sent. */
export interface StoredEvent {
  readonly event: SentEvent
  /** Not before this time, in ms; 0 for at once. */
  readonly sendAfterMs: number
}

/** Keeps events until the server has acknowledged them. Ids of events sort by time. */
export interface EventStore {
  /** Keeps an event, in the place of one with the same id. Gives back the oldest beyond `most`, which it no longer keeps. */
  put(row: StoredEvent, most: number): Promise<readonly SentEvent[]>
  /** The oldest that may be sent at a time, at most `count`. */
  read(count: number, nowMs: number): Promise<readonly SentEvent[]>
  remove(eventIds: readonly string[]): Promise<void>
  /** Runs it while nobody else sends from the same store. */
  alone<Value>(work: () => Promise<Value>): Promise<Value>
  close(): Promise<void>
}

/** For Node, and for browsers that keep nothing: it ends with the process or page. */
export class MemoryEventStore implements EventStore {
  readonly #rows = new Map<string, StoredEvent>()

  async put(row: StoredEvent, most: number): Promise<readonly SentEvent[]> {
    this.#rows.set(row.event.eventId, row)
    const excess = [...this.#rows.values()].slice(0, Math.max(0, this.#rows.size - most)).map(({ event }) => event)
    await this.remove(excess.map(({ eventId }) => eventId))
    return excess
  }

  async read(count: number, nowMs: number): Promise<readonly SentEvent[]> {
    const rows: SentEvent[] = []
    for (const { event, sendAfterMs } of this.#rows.values()) {
      if (rows.length === count) break
      if (sendAfterMs <= nowMs) rows.push(event)
    }
    return rows
  }

  async remove(eventIds: readonly string[]): Promise<void> {
    for (const id of eventIds) this.#rows.delete(id)
  }

  alone<Value>(work: () => Promise<Value>): Promise<Value> {
    return work()
  }

  async close(): Promise<void> {}
}
