import type { Vireo } from '../compose.ts'
import type { FeedSettings } from '../feed/feed-pipeline.ts'
import { Level, RecsRequest } from '../generated/vireo/v1/feed.ts'
import { wholeList } from './quality.ts'

/** The largest page there is. */
const pageLength = 50
/** People who are answered side by side: pages become durable in groups. */
const sideBySide = 16
/** The same for everybody, and not 0, so that a page does not depend on who asked before. */
const requestId = 1n

export interface Recommendation {
  readonly videoId: string
  /** The source that found it first. */
  readonly source: string
}

export interface Answered {
  /** By person, the best first. */
  readonly lists: ReadonlyMap<string, readonly Recommendation[]>
  /** Pages that were made without a stage. */
  readonly degraded: number
}

/** Asks the feed of each person for as many pages as make a whole list. */
export async function askFeed(
  vireo: Vireo,
  settings: FeedSettings,
  people: readonly string[],
  signal: AbortSignal,
  onPerson: () => void = () => undefined,
): Promise<Answered> {
  const feed = vireo.feedWith(settings)
  const lists = new Map<string, readonly Recommendation[]>()
  let degraded = 0
  const waiting = people.values()
  const answerSome = async () => {
    for (const person of waiting) {
      signal.throwIfAborted()
      const list: Recommendation[] = []
      for (let page = 0; list.length < wholeList; page++) {
        const request = RecsRequest.fromPartial({ userid: person, requestId, pageNumber: page, resultPerPage: pageLength })
        const response = await feed.getVideos(request, signal)
        if (response.level !== Level.LEVEL_FULL || response.degraded.length > 0) degraded++
        for (const { videoId, source } of response.results) list.push({ videoId, source })
        // There is no more.
        if (response.results.length < pageLength) break
      }
      lists.set(person, list)
      onPerson()
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, answerSome))
  return { lists, degraded }
}
