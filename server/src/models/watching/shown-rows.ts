import type { EventRecord } from '../../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import { outcome, outcomesOf } from '../../people/outcomes.ts'
import { type Task, tasks } from '../tasks.ts'

/** A page that waits for what becomes of it; `about` is whatever whoever added it wants back. */
export interface WaitingPage<About> {
  readonly slateId: string
  readonly about: About
  readonly servedMs: number
  /** Which of all rows that were ever added its first one was. */
  readonly first: number
  readonly count: number
  /** The furthest row that an event names; -1 before there is one. */
  reached: number
}

/** Times watched count up to this in training too, in ms. */
export const mostWatchMs = 600_000
const unwatched = -1

/**
 * What was shown last and what people did with it: a ring of rows, about 60 bytes each, of pages that are yet to be judged.
 * A row's outcomes are those of the label join (`samples/label-join.ts`), of what has come by then.
 */
export class ShownRows<About> {
  readonly capacity: number
  /** By row: slots, sources by their number on the page, and what was predicted, a number a task, 0 where nothing was. */
  readonly video: Uint32Array
  readonly source: Uint8Array
  readonly predicted: Float32Array
  readonly #lengthMs: Uint32Array
  readonly #watchedMs: Int32Array
  readonly #outcomes: Uint16Array
  /** In the order in which they were served, from `#head` on. */
  #pages: WaitingPage<About>[] = []
  #head = 0
  readonly #byId = new Map<string, WaitingPage<About>>()
  /** Rows that were ever added. */
  #added = 0
  /** Rows of pages that wait. */
  #taken = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.video = new Uint32Array(capacity)
    this.source = new Uint8Array(capacity)
    this.predicted = new Float32Array(capacity * tasks.length)
    this.#lengthMs = new Uint32Array(capacity)
    this.#watchedMs = new Int32Array(capacity)
    this.#outcomes = new Uint16Array(capacity)
  }

  /** Makes room for a page's rows, which the caller then fills by `set`. Undefined where those that wait leave none. */
  add(slateId: string, servedMs: number, count: number, about: About): WaitingPage<About> | undefined {
    if (this.#taken + count > this.capacity) return undefined
    const page = { slateId, about, servedMs, first: this.#added, count, reached: -1 }
    this.#added += count
    this.#taken += count
    this.#pages.push(page)
    this.#byId.set(slateId, page)
    return page
  }

  find(slateId: string): WaitingPage<About> | undefined {
    return this.#byId.get(slateId)
  }

  rowOf({ first }: WaitingPage<About>, place: number): number {
    return (first + place) % this.capacity
  }

  set(row: number, slot: number, source: number, lengthMs: number): void {
    this.video[row] = slot
    this.source[row] = source
    this.#lengthMs[row] = lengthMs
    this.#watchedMs[row] = unwatched
    this.#outcomes[row] = 0
    this.predicted.fill(0, row * tasks.length, (row + 1) * tasks.length)
  }

  /** What somebody did with a video. Of one that is not on the page that it names, or whose page is gone, nothing is kept. */
  did(event: EventRecord, slot: number): void {
    const page = this.#byId.get(event.slateId)
    if (page === undefined) return
    for (let place = 0; place < page.count; place++) {
      const row = this.rowOf(page, place)
      if (this.video[row] !== slot) continue
      page.reached = Math.max(page.reached, place)
      this.#note(row, event)
      return
    }
  }

  /** Takes the oldest page off that was served by a time; its rows can be read until the next page is added. */
  take(untilMs: number): WaitingPage<About> | undefined {
    const page = this.#pages[this.#head]
    if (page === undefined || page.servedMs > untilMs) return undefined
    this.#shift()
    return page
  }

  /** Writes what became of a row, a number a task; NaN where that is not known, and of clicks, which only imports have. */
  outcomes(row: number, into: Float64Array): void {
    const bits = this.#outcomes[row]!
    const isWatched = (bits & outcome.watched) !== 0
    const lengthKnown = this.#lengthMs[row]! > 0 || (bits & outcome.lengthKnown) !== 0
    for (let task = 0; task < tasks.length; task++) into[task] = Number((bits & taskBits[task]!) !== 0)
    if (!lengthKnown) into[finish] = into[longView] = Number.NaN
    if (!isWatched) into[skip] = Number.NaN
    into[click] = Number.NaN
    const watchedMs = this.#watchedMs[row]!
    into[watchMs] = watchedMs !== unwatched ? Math.min(watchedMs, mostWatchMs) : isWatched ? Number.NaN : 0
  }

  isLongView(row: number): boolean {
    return (this.#outcomes[row]! & outcome.longView) !== 0
  }

  #note(row: number, event: EventRecord): void {
    const before = this.#outcomes[row]!
    if (event.type === Type.Unlike) {
      this.#outcomes[row] = before & ~outcome.like
      return
    }
    const lengthMs = this.#lengthMs[row]! || undefined
    const bits = outcomesOf(event.lengthMs === undefined && lengthMs !== undefined ? { ...event, lengthMs } : event)
    // Skipped is what was left early each time that it was played.
    const isSkip = (bits & outcome.watched) !== 0 && (before & outcome.watched) !== 0 ? before & bits : before | bits
    this.#outcomes[row] = ((before | bits) & ~outcome.skip) | (isSkip & outcome.skip)
    if (event.type === Type.Watch) this.#watchedMs[row] = Math.max(this.#watchedMs[row]!, event.watchMs ?? unwatched)
  }

  #shift(): void {
    const page = this.#pages[this.#head++]!
    this.#taken -= page.count
    if (this.#byId.get(page.slateId) === page) this.#byId.delete(page.slateId)
    if (this.#head < 1_024 || this.#head * 2 < this.#pages.length) return
    this.#pages = this.#pages.slice(this.#head)
    this.#head = 0
  }
}

const [finish, longView, skip, click, watchMs] = (['finish', 'long_view', 'skip', 'click', 'watch_ms'] as const).map((task) =>
  tasks.indexOf(task),
) as [number, number, number, number, number]

const bitOf: Readonly<Partial<Record<Task, number>>> = {
  finish: outcome.finish,
  long_view: outcome.longView,
  like: outcome.like,
  share: outcome.share,
  comment: outcome.comment,
  follow: outcome.follow,
  skip: outcome.skip,
  not_interested: outcome.notInterested,
}
const taskBits = tasks.map((task) => bitOf[task] ?? 0)
