import type { Catalog } from '../catalog/catalog.ts'
import { best } from '../counters/best.ts'
import { InvalidInput } from '../errors.ts'
import { type SearchVideosRequest, VideoOrder } from '../generated/vireo/v1/console_video.ts'
import type { Services } from '../services.ts'
import { Turns } from '../turns.ts'
import { type SummaryParts, summaryOf } from './video-summary.ts'

const mostAPage = 50
const longestQuery = 200
/** Titles with the words that are looked at, the latest arrivals. */
const mostTitles = 5_000
/** Of the event loop, at a time. */
const sliceMs = 2
const slotsAtATime = 2_048
const titlesAtATime = 64
/** Candidates that wait to be compared with the page. */
const mostWaiting = 512

/** Finds videos by what is in memory of them, and by words of their titles. Throws `InvalidInput`. */
export function searchVideos(parts: SummaryParts): Services['console']['searchVideos'] {
  const { catalog } = parts
  const turns = new Turns(sliceMs)
  return async (request, signal) => {
    const { pageSize } = request
    if (pageSize < 0 || pageSize > mostAPage) throw new InvalidInput('OUT_OF_RANGE', 'page_size', `A page has 1 to ${mostAPage} videos`)
    const query = request.query.trim()
    if (query.length > longestQuery) {
      throw new InvalidInput('TEXT_TOO_LONG', 'query', `query has ${query.length} characters; at most ${longestQuery} are looked for`)
    }
    const pause = async () => {
      await turns.wait()
      signal.throwIfAborted()
    }
    const titles = await titled(query, catalog, pause)
    const holds = filterOf(request, query, titles.slots, catalog)
    const page = new PageOfBest(pageSize || mostAPage, orderOf(request, query, parts))
    let total = 0
    let looked = 0
    for (const slot of candidates(request, catalog)) {
      if (holds(slot)) {
        total++
        page.offer(slot)
      }
      if (++looked % slotsAtATime === 0) await pause()
    }
    const { next, slots } = page.finish()
    return {
      videos: slots.map((slot) => summaryOf(slot, parts)),
      total,
      nextPageToken: next,
      titles: titles.slots.size,
      titlesCut: titles.isCut,
    }
  }
}

interface Order {
  /** The largest first. */
  readonly score: (slot: number) => number
  /** The smallest first, the same in every process. */
  readonly tieBreak: (slot: number) => number
  /** Score and tie-break of the last video of the page before. */
  readonly after: readonly [number, number] | undefined
}

/** The best candidates after a place, however many there are. */
class PageOfBest {
  readonly #size: number
  readonly #order: Order
  /** One more than fit: whether there is another page. */
  #top: readonly number[] = []
  #waiting: number[] = []
  #last: readonly [number, number] | undefined

  constructor(size: number, order: Order) {
    this.#size = size
    this.#order = order
  }

  offer(slot: number): void {
    const { after, score, tieBreak } = this.#order
    const [own, tie] = [score(slot), tieBreak(slot)]
    if (after !== undefined && (own > after[0] || (own === after[0] && tie <= after[1]))) return
    if (this.#last !== undefined && (own < this.#last[0] || (own === this.#last[0] && tie > this.#last[1]))) return
    this.#waiting.push(slot)
    if (this.#waiting.length === mostWaiting) this.#cut()
  }

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

function orderOf({ order, pageToken }: SearchVideosRequest, query: string, { catalog, counters }: SummaryParts): Order {
  const { columns, ids } = catalog
  const isMostWatched = order === VideoOrder.VIDEO_ORDER_MOST_WATCHED
  const exact = query === '' ? -1 : ids.find(query)
  return {
    score: (slot) => (slot === exact ? Number.POSITIVE_INFINITY : isMostWatched ? counters.longViewsEver(slot) : columns.uploadedS[slot]!),
    tieBreak: (slot) => ids.low[slot]! * 2 ** 21 + (ids.high[slot]! >>> 11),
    after: placeOfToken(pageToken),
  }
}

/** Throws `PAGE_TOKEN_INVALID`. */
function placeOfToken(token: string): readonly [number, number] | undefined {
  if (token === '') return undefined
  const [, score, tieBreak] = /^(\d{1,16}|Infinity)\.(\d{1,16})$/.exec(token) ?? []
  if (score === undefined) throw new InvalidInput('PAGE_TOKEN_INVALID', 'page_token', 'This is no next_page_token of a search')
  return [Number(score), Number(tieBreak)]
}

async function titled(query: string, catalog: Catalog, pause: () => Promise<void>) {
  const slots = new Set<number>()
  for (const slot of catalog.titled(query)) {
    if (slots.size === mostTitles) return { slots, isCut: true }
    slots.add(slot)
    if (slots.size % titlesAtATime === 0) await pause()
  }
  return { slots, isCut: false }
}

/** The latest arrivals first: they are often the best, so that the others are soon passed over. */
function* candidates({ creatorId }: SearchVideosRequest, catalog: Catalog): Generator<number> {
  if (creatorId === '') for (let slot = catalog.ids.size - 1; slot >= 0; slot--) yield slot
  else {
    const creator = catalog.creators.find(creatorId)
    if (creator >= 0) yield* catalog.byCreator(creator)
  }
}

/** By state, category, and the beginning of the id or the title. */
function filterOf(
  { category, state }: SearchVideosRequest,
  query: string,
  titled: ReadonlySet<number>,
  { categories, columns, ids }: Catalog,
) {
  const wanted = category === '' ? 0 : categories.find(category)
  const prefix = Buffer.from(query)
  return (slot: number): boolean => {
    if (state !== 0 && columns.state[slot] !== state) return false
    if (wanted !== 0 && !columns.hasCategory(slot, wanted)) return false
    return ids.startsWith(slot, prefix) || titled.has(slot)
  }
}
