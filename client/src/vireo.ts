import { Connection } from './connection.ts'
import { newEventId } from './event-id.ts'
import { EventQueue } from './event-queue.ts'
import { EventSender, type RefusedEvent } from './event-sender.ts'
import { type EventStore, MemoryEventStore } from './event-store.ts'
import { Feed, type FeedOptions } from './feed.ts'
import { Flags } from './flags.ts'
import { IndexedDbEventStore } from './indexed-db-event-store.ts'
import type { EventType, Page, RequestContext, SentEvent } from './messages.ts'
import { onPage } from './page-events.ts'
import { Watch, type WatchHandle, type WatchOptions } from './watch.ts'

export interface VireoOptions {
  /** The person: the same on all of their devices. May be left out where `as` names one. */
  readonly userid?: string
  /** Address of the server; in a browser that of the page if left out. */
  readonly url?: string
  readonly key?: string
  /** What is known of the moment, sent with each request for a page. */
  readonly context?: RequestContext | (() => RequestContext)
  /** Where events wait: IndexedDB where there is one, otherwise memory. */
  readonly storage?: EventStore
  readonly fetch?: typeof fetch
  /** The time, in ms since 1970. */
  readonly clock?: () => number
  /** For each attempt at a call. */
  readonly timeoutMs?: number
  /** At a page, before `feed` fails. */
  readonly attempts?: number
  /** Events of one call. */
  readonly batchSize?: number
  /** How long an event waits for others. */
  readonly batchMs?: number
  /** Events that wait at most; beyond it the oldest go, and `onRefused` hears of them. */
  readonly queueSize?: number
  /** Events that will never be counted, and why. */
  readonly onRefused?: (refused: readonly RefusedEvent[]) => void
  /** Failures of sending or storing events. All of them are tried again. */
  readonly onError?: (error: unknown) => void
}

/** What an event is about: a result as it came, or what is known. */
export interface Subject {
  readonly videoId?: string
  readonly tracking?: string
  readonly creatorId?: string
}

export interface EventDetails {
  readonly watchMs?: number
  readonly category?: string
  readonly reason?: string
  /** Where in the app, for what did not come from a feed. */
  readonly surface?: string
  /** Of its own if left out. */
  readonly eventId?: string
}

/** What clients of several persons have in common. */
interface Shared {
  readonly options: VireoOptions
  readonly clock: () => number
  readonly connection: Connection
  readonly queue: EventQueue
  readonly watches: Set<Watch>
  readonly closing: AbortController
}

const closeMs = 5_000

/** Asks for a person's feed, and tells what they did. */
export class Vireo {
  readonly userid: string
  readonly flags = new Flags()
  readonly #shared: Shared
  readonly #feed: Feed

  /** `shared` is of another one; `as` gives it. */
  constructor(options: VireoOptions, shared: Shared = share(options)) {
    this.userid = options.userid ?? ''
    this.#shared = shared
    const { connection, queue } = this.#shared
    const context = () => ({ ...standardContext(), ...(typeof options.context === 'function' ? options.context() : options.context) })
    this.#feed = new Feed({ connection, queue, userid: this.userid, attempts: options.attempts ?? 4, context })
  }

  /** The same connection and queue for another person. */
  as(userid: string): Vireo {
    return new Vireo({ ...this.#shared.options, userid }, this.#shared)
  }

  /** The next page. After a failure the same page is asked for again. Throws `VireoError`, or the signal's reason. */
  async feed(options: FeedOptions = {}): Promise<Page> {
    this.#checkPerson()
    const page = await this.#feed.next(options)
    this.flags.learn(page.arm)
    return page
  }

  /** Begins to fetch the page that the next `feed` gives. */
  prefetch(options: FeedOptions = {}): void {
    this.#checkPerson()
    this.#feed.prefetch(options)
  }

  /** Takes down what the person did; it arrives once, now or when it can. Gives the event's id. */
  track(evtType: EventType, subject: Subject = {}, details: EventDetails = {}): string {
    const event = this.#event(evtType, subject, details)
    this.#shared.queue.add(event)
    return event.eventId
  }

  /** Reports when a video was seen and how much of it was watched, until `stop`, or until the element or the page is gone. */
  watch(video: HTMLVideoElement, result: Subject, options: WatchOptions = {}): WatchHandle {
    this.#checkPerson()
    const { clock, queue, watches } = this.#shared
    const event = (evtType: EventType, details: EventDetails) => this.#event(evtType, result, details)
    const watch = new Watch(video, options, { queue, clock, event, onStop: (stopped) => watches.delete(stopped) })
    watches.add(watch)
    return watch
  }

  /** Events of this page or process that have not arrived, as far as is known. */
  get waiting(): number {
    return this.#shared.queue.size
  }

  /** Resolves when all that was tracked has arrived; tries until then. Rejects with the signal's reason. */
  flush(signal?: AbortSignal): Promise<void> {
    return this.#shared.queue.flush(signal)
  }

  /** Ends what is watched and sends what waits, until the signal or for 5 s. It is closed for all persons. */
  async close(signal: AbortSignal = AbortSignal.timeout(closeMs)): Promise<void> {
    const { closing, queue, watches } = this.#shared
    closing.abort()
    for (const watch of watches) watch.stop()
    await queue.close(signal)
  }

  #checkPerson(): void {
    if (this.userid === '') throw new TypeError('There is no userid: give one to Vireo, or use as()')
  }

  #event(evtType: EventType, { videoId, tracking, creatorId }: Subject, details: EventDetails): SentEvent {
    this.#checkPerson()
    const nowMs = this.#shared.clock()
    return {
      evtType,
      userid: this.userid,
      evtTime: new Date(nowMs).toISOString(),
      ...(videoId && { videoId }),
      ...(tracking && { tracking }),
      ...(creatorId && { creatorId }),
      ...details,
      eventId: details.eventId ?? newEventId(nowMs),
    }
  }
}

function share(options: VireoOptions): Shared {
  const { url = '', key, batchSize = 50, batchMs = 1_000, queueSize = 1_000, timeoutMs = 5_000, clock = Date.now } = options
  // Called as a method of anything else, a browser's fetch refuses.
  const connection = new Connection({ url, key, timeoutMs, fetch: options.fetch ?? ((...call) => fetch(...call)) })
  const store = options.storage ?? (typeof indexedDB === 'undefined' ? new MemoryEventStore() : new IndexedDbEventStore(`vireo ${url}`))
  const { onRefused = () => {}, onError = () => {} } = options
  const queue = new EventQueue(new EventSender(connection), store, {
    batchSize,
    batchMs,
    queueSize,
    clock,
    // What they throw is the app's own affair.
    onRefused: (refused) => queueMicrotask(() => onRefused(refused)),
    onError: (error) => queueMicrotask(() => onError(error)),
  })
  const watches = new Set<Watch>()
  const closing = new AbortController()
  const hidden = () => {
    for (const watch of watches) watch.hide()
    queue.wake()
  }
  const shown = () => {
    for (const watch of watches) watch.show()
  }
  const left = () => {
    for (const watch of watches) watch.end()
    queue.leave()
  }
  onPage({ hidden, shown, left, online: () => queue.wake() }, closing.signal)
  return { options, clock, connection, queue, watches, closing }
}

/** A server does not know its callers' time zone; a browser knows its own. */
const standardContext = (): RequestContext =>
  typeof document === 'undefined' ? {} : { timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone }
