import { VireoError } from './error.ts'
import type { EventSender, RefusedEvent } from './event-sender.ts'
import { type EventStore, MemoryEventStore } from './event-store.ts'
import type { SentEvent } from './messages.ts'
import { backoffMs, pause, unlessAborted } from './retry.ts'

export interface EventQueueOptions {
  /** Events of one call, and from how many waiting on it does not wait for more. */
  readonly batchSize: number
  /** How long an event waits for others, in ms. */
  readonly batchMs: number
  /** Beyond it the oldest goes. */
  readonly queueSize: number
  readonly clock: () => number
  readonly onRefused: (refused: readonly RefusedEvent[]) => void
  readonly onError: (error: unknown) => void
}

const firstPauseMs = 1_000
const longestPauseMs = 60_000

/** Events on their way: stored first, sent in batches, with the same ids until the server has answered for each. */
export class EventQueue {
  readonly #sender: EventSender
  readonly #options: EventQueueOptions
  #store: EventStore
  /** Added here, and not known to have arrived. */
  readonly #waiting = new Map<string, SentEvent>()
  /** Being stored. */
  readonly #storing = new Set<Promise<void>>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending: Promise<void> | undefined
  /** In a row. */
  #failures = 0
  #closed = false

  /** Begins with what an earlier page or process has left in the store. */
  constructor(sender: EventSender, store: EventStore, options: EventQueueOptions) {
    this.#sender = sender
    this.#store = store
    this.#options = options
    this.#schedule(0)
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Those of one person. */
  waitingOf(userid: string): SentEvent[] {
    return [...this.#waiting.values()].filter((event) => event.userid === userid)
  }

  add(event: SentEvent): void {
    if (this.#closed) throw new VireoError('CLOSED', 'The client was closed')
    this.#waiting.set(event.eventId, event)
    this.#keep(event, 0)
    // After a failure it is the pause that decides.
    if (this.#failures > 0) return
    if (this.#waiting.size >= this.#options.batchSize) this.#schedule(0)
    else if (this.#timer === undefined) this.#schedule(this.#options.batchMs)
  }

  /** Keeps an event that is sent after a time, should the page never come back to add or release it. */
  hold(event: SentEvent, sendAfterMs: number): void {
    this.#keep(event, sendAfterMs)
  }

  release(eventId: string): void {
    void this.#withStore((store) => store.remove([eventId]))
  }

  /** Tries at once: the network may be back, or the page about to be left. */
  wake(): void {
    this.#send().catch(() => {})
  }

  /** Resolves when the server has answered for all that was added before; tries until then. Rejects with the signal's reason. */
  async flush(signal?: AbortSignal): Promise<void> {
    const before = [...this.#waiting.keys()]
    do {
      try {
        await unlessAborted(this.#send(), signal)
      } catch (error) {
        signal?.throwIfAborted()
        await pause(this.#pauseMs(error), signal)
      }
    } while (before.some((id) => this.#waiting.has(id)))
  }

  /** Sends what waits while the page is being left. What is stored is sent again later: nobody hears whether it has arrived. */
  leave(): void {
    this.#sender.sendOnLeaving(this.#waiting.values())
  }

  /** Takes no more, and sends what it has until the signal says that it is enough. */
  async close(signal: AbortSignal): Promise<void> {
    this.#closed = true
    await this.flush(signal).catch(() => {})
    clearTimeout(this.#timer)
    await this.#sending?.catch(() => {})
    await this.#store.close()
  }

  #keep(event: SentEvent, sendAfterMs: number): void {
    const { onRefused, queueSize } = this.#options
    const storing = this.#withStore((store) => store.put({ event, sendAfterMs }, queueSize)).then((dropped) => {
      this.#storing.delete(storing)
      for (const { eventId } of dropped) this.#waiting.delete(eventId)
      const message = `More than ${queueSize} events wait`
      if (dropped.length > 0) onRefused(dropped.map((old) => ({ event: old, code: 'QUEUE_FULL', field: '', message })))
    })
    this.#storing.add(storing)
  }

  /** A store that fails (a private window, a full disk) is given up for memory. */
  async #withStore<Value>(use: (store: EventStore) => Promise<Value>): Promise<Value> {
    const store = this.#store
    try {
      return await use(store)
    } catch (error) {
      if (store instanceof MemoryEventStore) throw error
      if (store === this.#store) {
        this.#store = new MemoryEventStore()
        for (const event of this.#waiting.values()) await this.#store.put({ event, sendAfterMs: 0 }, this.#options.queueSize)
        this.#options.onError(error)
      }
      return use(this.#store)
    }
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.wake(), ms)
  }

  #pauseMs(error: unknown): number {
    return backoffMs(this.#failures, firstPauseMs, longestPauseMs, error)
  }

  /** One attempt at all that is stored, joined by whoever asks while it runs; a failed one is followed by another after a pause. */
  #send(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending ??= this.#store
      .alone(() => this.#sendAll())
      .then(
        () => {
          this.#sending = undefined
          this.#failures = 0
          // What was added while the store was found empty.
          if (this.#waiting.size > 0 && this.#timer === undefined && !this.#closed) this.#schedule(this.#options.batchMs)
        },
        (error) => {
          this.#sending = undefined
          this.#failures++
          if (!this.#closed) this.#schedule(this.#pauseMs(error))
          this.#options.onError(error)
          throw error
        },
      )
    return this.#sending
  }

  async #sendAll(): Promise<void> {
    const { batchSize, clock } = this.#options
    for (;;) {
      while (this.#storing.size > 0) await Promise.all(this.#storing)
      const stored = [...this.#waiting.keys()]
      const batch = await this.#withStore((store) => store.read(batchSize, clock()))
      if (batch.length === 0) {
        // Another page has sent what this one no longer finds.
        for (const id of stored) this.#waiting.delete(id)
        return
      }
      await this.#sender.send(batch, (events, refused) => this.#settle(events, refused))
    }
  }

  async #settle(events: readonly SentEvent[], refused: readonly RefusedEvent[]): Promise<void> {
    const ids = events.map(({ eventId }) => eventId)
    await this.#withStore((store) => store.remove(ids))
    for (const id of ids) this.#waiting.delete(id)
    if (refused.length > 0) this.#options.onRefused(refused)
  }
}
