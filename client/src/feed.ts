import type { Connection } from './connection.ts'
import type { EventQueue } from './event-queue.ts'
import { type Page, pageOf, type RecsResponse, type RequestContext } from './messages.ts'
import { retried, unlessAborted } from './retry.ts'

export interface FeedOptions {
  /** Videos of the page, 1 to 50; the server's default if left out. */
  readonly count?: number
  readonly signal?: AbortSignal
}

export interface FeedParts {
  readonly connection: Connection
  readonly queue: EventQueue
  readonly userid: string
  readonly attempts: number
  readonly context: () => RequestContext
}

/** What the person just did goes ahead of the next page, if that takes no longer, in ms. */
const mostBeforeMs = 300
/** The server takes no more ids. */
const mostShown = 100

/** The pages of one person, one after the other. */
export class Feed {
  readonly #parts: FeedParts
  readonly #requestId = newRequestId()
  #pageNumber = 0
  #last: Promise<unknown> = Promise.resolve()
  #ahead: Promise<Page> | undefined

  constructor(parts: FeedParts) {
    this.#parts = parts
  }

  async next({ signal, ...options }: FeedOptions): Promise<Page> {
    const ahead = this.#ahead
    this.#ahead = undefined
    if (ahead === undefined) return unlessAborted(this.#inTurn({ ...options, ...(signal && { signal }) }), signal)
    try {
      return await unlessAborted(ahead, signal)
    } catch (error) {
      // A page that was fetched is not lost on a caller who went away.
      if (signal?.aborted) this.#ahead ??= ahead
      throw error
    }
  }

  prefetch(options: FeedOptions): void {
    if (this.#ahead !== undefined) return
    const ahead = this.#inTurn(options)
    this.#ahead = ahead
    // A failure that nobody waits for is forgotten: whoever asks for the page tries again.
    ahead.catch(() => {
      if (this.#ahead === ahead) this.#ahead = undefined
    })
  }

  /** Each page is to know of the one before. */
  #inTurn(options: FeedOptions): Promise<Page> {
    const page = this.#last.catch(() => {}).then(() => this.#load(options))
    this.#last = page
    return page
  }

  /** A page that failed is asked for again by the same number: the server gives what it may have made already. */
  async #load({ count = 0, signal }: FeedOptions): Promise<Page> {
    const { attempts, connection, context, queue, userid } = this.#parts
    signal?.throwIfAborted()
    if (queue.waitingOf(userid).length > 0) await queue.flush(AbortSignal.timeout(mostBeforeMs)).catch(() => {})
    const pageNumber = this.#pageNumber
    const attempt = () => {
      const request = {
        userid,
        pageNumber,
        resultPerPage: count,
        allowEmpty: true,
        requestId: this.#requestId,
        context: { ...context(), shownVideoIds: this.#shown() },
      }
      return connection.post<RecsResponse>('/v1/feed', request, { signal })
    }
    const response = await retried(attempts, attempt, signal)
    this.#pageNumber++
    return pageOf(response, this.#requestId, pageNumber)
  }

  /** Videos that were shown, of which the server may not know yet. */
  #shown(): string[] {
    const shown = this.#parts.queue.waitingOf(this.#parts.userid).filter(({ evtType }) => evtType === 'Impression' || evtType === 'Watch')
    return [...new Set(shown.map(({ videoId }) => videoId!))].slice(-mostShown)
  }
}

/** 63 bits by chance, as text: a whole number of JSON has 53. */
function newRequestId(): string {
  const [bits] = crypto.getRandomValues(new BigUint64Array(1))
  return String((bits! >> 1n) | 1n)
}
