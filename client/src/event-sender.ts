import { type Connection, mostOnLeaving } from './connection.ts'
import { VireoError } from './error.ts'
import type { SendEventsResponse, SentEvent } from './messages.ts'

/** An event that will not be sent again, and why: a code of docs/errors.md, or `QUEUE_FULL`. */
export interface RefusedEvent {
  readonly event: SentEvent
  readonly code: string
  readonly field: string
  readonly message: string
}

/** Is told of events that the server has answered for, and which of them it does not take. */
export type Settle = (events: readonly SentEvent[], refused: readonly RefusedEvent[]) => Promise<void>

const path = '/v1/events'

/** Sends batches, and finds out what became of each event. */
export class EventSender {
  readonly #connection: Connection
  #clockIsAhead = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Throws what keeps events from being answered for: they are to be sent again, by the same ids. */
  async send(batch: readonly SentEvent[], settle: Settle): Promise<void> {
    const events = this.#clockIsAhead ? batch.map(({ evtTime: _, ...event }) => event) : batch
    let answer: SendEventsResponse
    try {
      answer = await this.#connection.post(path, { events }, { keepalive: true })
    } catch (error) {
      if (!isAboutContent(error)) throw error
      if (batch.length === 1) return settle(batch, [{ event: batch[0]!, code: error.code, field: error.field, message: error.message }])
      // One event that can't be read spoils its batch: halves find it.
      const middle = batch.length >> 1
      await this.send(batch.slice(0, middle), settle)
      return this.send(batch.slice(middle), settle)
    }
    const again = new Set<SentEvent>()
    const refused: RefusedEvent[] = []
    const wasAhead = this.#clockIsAhead
    for (const { index = 0, code = '', field = '', message = '', retryable = false } of answer.refused ?? []) {
      const event = batch[index]!
      // Without its time an event counts as of its arrival, which is better than not at all.
      const isAhead = code === 'EVENT_IN_FUTURE' && !wasAhead
      this.#clockIsAhead ||= isAhead
      if (retryable || isAhead) again.add(event)
      else refused.push({ event, code, field, message })
    }
    const settled = batch.filter((event) => !again.has(event))
    await settle(settled, refused)
    if (again.size > 0) throw new VireoError('EVENTS_REFUSED', `${again.size} events are sent again`, { retryable: true })
  }

  /** Sends while the page is being left, as many as it may. Nobody hears what became of them. */
  sendOnLeaving(events: Iterable<SentEvent>): void {
    const encoder = new TextEncoder()
    const texts: string[] = []
    let bytes = 0
    for (const event of events) {
      const text = JSON.stringify(event)
      bytes += encoder.encode(text).length + 1
      if (bytes > mostOnLeaving) break
      texts.push(text)
    }
    if (texts.length > 0) this.#connection.sendOnLeaving(path, `{"events":[${texts}]}`)
  }
}

/** Refused for what it says, by the server itself: the same again would fail again. */
const isAboutContent = (error: unknown): error is VireoError =>
  error instanceof VireoError && (error.status === 413 || (error.status === 400 && !error.code.startsWith('HTTP_')))
