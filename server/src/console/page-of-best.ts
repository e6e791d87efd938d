import { best } from '../counters/best.ts'
import { InvalidInput } from '../errors.ts'
import { type SearchVideosRequest, VideoOrder } from '../generated/vireo/v1/console_video.ts'
import type { SummaryParts } from './video-summary.ts'

/** Candidates that wait to be compared with the page. */
const mostWaiting = 512

interface Order {
  /** The largest first. */
  readonly score: (slot: number) => number
  /** The smallest first, the same in every process. */
  readonly tieBreak: (slot: number) => number
  /** Score and tie-break of the last video of the page before. */
  readonly after: readonly [number, number] | undefined
}

/** How a search orders what it finds. Throws `PAGE_TOKEN_INVALID`. */
export function orderOf({ order, pageToken }: SearchVideosRequest, query: string, { catalog, counters }: SummaryParts): Order {
  const { columns, ids } = catalog
  const isMostWatched = order === VideoOrder.VIDEO_ORDER_MOST_WATCHED
  const exact = query === '' ? -1 : ids.find(query)
  return {
    score: (slot) => (slot === exact ? Number.POSITIVE_INFINITY : isMostWatched ? counters.longViewsEver(slot) : columns.uploadedS[slot]!),
    tieBreak: (slot) => ids.low[slot]! * 2 ** 21 + (ids.high[slot]! >>> 11),
    after: placeOfToken(pageToken),
  }
}

/** The best candidates after a place, however many there are. */
export class PageOfBest {
  readonly #size: number
  readonly #order: Order
  /** One more than fit: whether there is another page. */
  #top: readonly number[] = []
  #waiting: number[] = []
  #last: readonly [number, number] = [Number.NEGATIVE_INFINITY, 0]

  constructor(size: number, order: Order) {
    this.#size = size
    this.#order = order
  }

  offer(slots: Int32Array): void {
    const { after = [Number.POSITIVE_INFINITY, -1], score, tieBreak } = this.#order
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at]!
      const own = score(slot)
      if (own < this.#last[0] || own > after[0]) continue
      if (own === this.#last[0] && tieBreak(slot) > this.#last[1]) continue
      if (own === after[0] && tieBreak(slot) <= after[1]) continue
      this.#waiting.push(slot)
      if (this.#waiting.length === mostWaiting) this.#cut()
    }
  }

  /** The page, and where the next one begins: empty where there is none. */
  finish(): { readonly slots: readonly number[]; readonly next: string } {
    this.#cut()
    const slots = this.#top.slice(0, this.#size)
    return { slots, next: this.#top.length > this.#size ? this.#placeOf(slots.at(-1)!).join('.') : '' }
  }

  #cut(): void {
    const { score, tieBreak } = this.#order
    this.#top = best([...this.#top, ...this.#waiting], this.#size + 1, score, tieBreak)
    this.#waiting = []
    if (this.#top.length > this.#size) this.#last = this.#placeOf(this.#top.at(-1)!)
  }

  #placeOf(slot: number): readonly [number, number] {
    return [this.#order.score(slot), this.#order.tieBreak(slot)]
  }
}

function placeOfToken(token: string): readonly [number, number] | undefined {
  if (token === '') return undefined
  const [, score, tieBreak] = /^(\d{1,16}|Infinity)\.(\d{1,16})$/.exec(token) ?? []
  if (score === undefined) throw new InvalidInput('PAGE_TOKEN_INVALID', 'page_token', 'This is no next_page_token of a search')
  return [Number(score), Number(tieBreak)]
}
