import type { Catalog } from '../catalog/catalog.ts'
import { InvalidInput } from '../errors.ts'
import type { SearchVideosRequest } from '../generated/vireo/v1/console_video.ts'
import type { Services } from '../services.ts'
import { Turns } from '../turns.ts'
import { orderOf, PageOfBest } from './page-of-best.ts'
import { type SummaryParts, summaryOf } from './video-summary.ts'

const mostAPage = 50
const longestQuery = 200
/** Titles with the words that are looked at, the latest arrivals. */
const mostTitles = 2_000
/** Of the event loop, at a time. */
const sliceMs = 2
const slotsAtATime = 4_096

/** Finds videos by what is in memory of them, and by words of their titles. Throws `InvalidInput`, `OVERLOADED`, `STATE_UNAVAILABLE`. */
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
    const page = new PageOfBest(pageSize || mostAPage, orderOf(request, query, parts))
    const titled = query === '' ? [] : await catalog.titled(query, mostTitles + 1, signal)
    const titles = titled.slice(0, mostTitles)
    const tests = testsOf(request, catalog)
    let total = 0
    for (const slots of candidates(request, query, titles, catalog)) {
      const matching = tests.reduce(those, slots)
      total += matching.length
      page.offer(matching)
      await turns.wait()
      signal.throwIfAborted()
    }
    const { next, slots } = page.finish()
    return {
      videos: slots.map((slot) => summaryOf(slot, parts)),
      total,
      nextPageToken: next,
      titles: titles.length,
      titlesCut: titled.length > mostTitles,
    }
  }
}

type Test = (slot: number) => boolean

/** Only what was asked for is looked at. */
function testsOf({ category, state }: SearchVideosRequest, { categories, columns }: Catalog): Test[] {
  const tests: Test[] = []
  if (state !== 0) tests.push((slot) => columns.state[slot] === state)
  if (category !== '') {
    const wanted = categories.find(category)
    tests.push((slot) => columns.hasCategory(slot, wanted))
  }
  return tests
}

/** Those of the slots that pass, moved to the front of the same memory. */
function those(slots: Int32Array, passes: Test): Int32Array {
  let kept = 0
  for (let at = 0; at < slots.length; at++) {
    const slot = slots[at]!
    if (passes(slot)) slots[kept++] = slot
  }
  return slots.subarray(0, kept)
}

/** Slots by the beginning of their ids, and by their titles: each once, some thousands at a time, in memory that is used again. */
function* candidates(
  { creatorId }: SearchVideosRequest,
  query: string,
  titles: readonly number[],
  catalog: Catalog,
): Generator<Int32Array> {
  const { columns, creators, ids } = catalog
  const beginning = Buffer.from(query)
  const creator = creatorId === '' ? undefined : creators.find(creatorId)
  const blocks = creator === undefined ? latestFirst(ids.size) : inBlocks(creator < 0 ? [] : catalog.byCreator(creator))
  for (const slots of blocks) yield query === '' ? slots : ids.beginningWith(beginning, slots)
  const byId = new Set(ids.beginningWith(beginning, Int32Array.from(titles)))
  yield Int32Array.from(titles.filter((slot) => !byId.has(slot) && (creator === undefined || columns.creator[slot] === creator)))
}

/** The latest arrivals are often the best, so that others are soon passed over. */
function* latestFirst(size: number): Generator<Int32Array> {
  const slots = new Int32Array(slotsAtATime)
  for (let end = size; end > 0; end -= slotsAtATime) {
    const count = Math.min(end, slotsAtATime)
    for (let at = 0; at < count; at++) slots[at] = end - 1 - at
    yield slots.subarray(0, count)
  }
}

function* inBlocks(items: Iterable<number>): Generator<Int32Array> {
  const slots = new Int32Array(slotsAtATime)
  let count = 0
  for (const slot of items) {
    slots[count++] = slot
    if (count < slotsAtATime) continue
    yield slots
    count = 0
  }
  yield slots.subarray(0, count)
}
