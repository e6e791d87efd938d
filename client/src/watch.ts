import { newEventId } from './event-id.ts'
import type { EventQueue } from './event-queue.ts'
import type { SentEvent } from './messages.ts'
import { PlayMeter } from './play-meter.ts'

export interface WatchOptions {
  /** The share of the element that has to be on the screen for the video to count as seen, 0 to 1. */
  readonly visibleShare?: number
  /** How long, in ms, for an impression. */
  readonly impressionMs?: number
}

export interface WatchHandle {
  /** Of the play that runs, or was the last. */
  readonly watchedMs: number
  /** The play is over: its event is on its way, and the element is no longer looked at. */
  stop(): void
}

export interface WatchParts {
  readonly queue: EventQueue
  readonly clock: () => number
  readonly event: (evtType: 'Impression' | 'Watch', details: { watchMs?: number; eventId: string }) => SentEvent
  readonly onStop: (watch: Watch) => void
}

/** The server refuses longer ones. */
const longestWatchMs = 86_400_000
/** A play that has been hidden for so long is over. */
const hiddenMs = 600_000

const changes = ['playing', 'pause', 'waiting', 'seeking', 'seeked', 'ended', 'ratechange', 'timeupdate', 'emptied']

/** One video on the screen: an impression when it was seen, and one event for each play when it is left. */
export class Watch implements WatchHandle {
  readonly #video: HTMLVideoElement
  readonly #parts: WatchParts
  readonly #impressionMs: number
  readonly #meter: PlayMeter
  readonly #observer: IntersectionObserver
  readonly #listening = new AbortController()
  #inView = false
  #wasConnected = false
  #impression: ReturnType<typeof setTimeout> | 'sent' | undefined
  #eventId: string
  /** Until when the hidden play may go on. */
  #heldUntilMs: number | undefined

  constructor(video: HTMLVideoElement, { visibleShare = 0.5, impressionMs = 300 }: WatchOptions, parts: WatchParts) {
    this.#video = video
    this.#parts = parts
    this.#impressionMs = impressionMs
    this.#meter = new PlayMeter(video)
    this.#eventId = newEventId(parts.clock())
    for (const change of changes) video.addEventListener(change, () => this.#update(), { signal: this.#listening.signal })
    this.#observer = new IntersectionObserver((entries) => this.#looked(entries.at(-1)!, visibleShare), { threshold: visibleShare })
    this.#observer.observe(video)
  }

  get watchedMs(): number {
    if (!this.#listening.signal.aborted) this.#update()
    return this.#meter.ms
  }

  stop(): void {
    if (this.#listening.signal.aborted) return
    this.#report()
    this.#listening.abort()
    this.#observer.disconnect()
    if (this.#impression !== 'sent') clearTimeout(this.#impression)
    this.#parts.onStop(this)
  }

  /** The page is out of sight. A phone may end it there without a word, so the play is stored, to be sent if it does not come back. */
  hide(): void {
    this.#update()
    if (this.#isVisible() || this.#meter.ms === 0) return
    this.#heldUntilMs = this.#parts.clock() + hiddenMs
    this.#parts.queue.hold(this.#event(), this.#heldUntilMs)
  }

  show(): void {
    if (this.#heldUntilMs !== undefined) {
      if (this.#parts.clock() < this.#heldUntilMs) this.#parts.queue.release(this.#eventId)
      else this.#begin()
    }
    this.#heldUntilMs = undefined
    this.#update()
  }

  /** The play is over; if the page comes back, another one begins. */
  end(): void {
    this.#report()
    this.#begin()
  }

  #report(): void {
    this.#update()
    if (this.#meter.ms > 0) this.#parts.queue.add(this.#event())
  }

  #begin(): void {
    this.#meter.reset()
    this.#eventId = newEventId(this.#parts.clock())
    this.#heldUntilMs = undefined
  }

  #event(): SentEvent {
    return this.#parts.event('Watch', { watchMs: Math.min(this.#meter.ms, longestWatchMs), eventId: this.#eventId })
  }

  #isVisible(): boolean {
    return document.pictureInPictureElement === this.#video || (this.#inView && !document.hidden)
  }

  #looked({ isIntersecting, intersectionRatio }: IntersectionObserverEntry, visibleShare: number): void {
    // Ratios of whole elements come out a little under 1.
    this.#inView = isIntersecting && intersectionRatio > visibleShare - 0.01
    if (this.#wasConnected && !this.#video.isConnected) this.stop()
    else this.#update()
    this.#wasConnected = this.#video.isConnected
  }

  #update(): void {
    const isVisible = this.#isVisible()
    this.#meter.update(isVisible)
    if (this.#impression === 'sent') return
    if (isVisible) this.#impression ??= setTimeout(() => this.#seen(), this.#impressionMs)
    else {
      clearTimeout(this.#impression)
      this.#impression = undefined
    }
  }

  #seen(): void {
    this.#impression = 'sent'
    const { clock, event, queue } = this.#parts
    queue.add(event('Impression', { eventId: newEventId(clock()) }))
  }
}
