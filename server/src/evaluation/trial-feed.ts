import type { FeedPipeline, FeedSettings } from '../feed/feed-pipeline.ts'
import { FeedService, type FeedServiceParts } from '../feed/feed-service.ts'
import { forYou } from '../feed/for-you.ts'
import { Level, RecsRequest } from '../generated/vireo/v1/feed.ts'
import { wholeList } from './quality.ts'
import type { Visitor } from './visitors.ts'

/** The same for everybody, so that a page does not depend on who asked before. */
const requestId = 1n

export interface Recommendation {
  readonly videoId: string
  /** The first source of the feed that found it. */
  readonly source: string
}

/** A page that nobody has seen, with what was made of its candidates. */
export interface TrialPage {
  readonly list: readonly Recommendation[]
  /** What each video was ranked by: by column and video. */
  readonly columns: Readonly<Record<string, ReadonlyMap<string, number>>>
  /** Whether every stage was there. */
  readonly isWhole: boolean
}

/**
 * A feed that is asked without anything counting as shown: neither for whom it asks nor, by the impressions of the
 * videos, for those who are asked about next.
 */
export class TrialFeed {
  readonly #feed: FeedService
  readonly #parts: Omit<FeedServiceParts, 'settings'>
  readonly #sources: readonly string[]

  constructor(parts: Omit<FeedServiceParts, 'settings'>, settings: FeedSettings, change: (pipeline: FeedPipeline) => FeedPipeline = same) {
    const pipeline = change(forYou(parts))
    this.#parts = parts
    this.#feed = new FeedService({ ...parts, settings }, pipeline)
    this.#sources = pipeline.sources.map(({ name }) => name)
  }

  async page({ person, context }: Visitor, signal: AbortSignal, id = requestId): Promise<TrialPage> {
    const request = RecsRequest.fromPartial({ userid: person, requestId: id, resultPerPage: wholeList, context })
    const { query, slots, trace } = await this.#feed.preview(request, signal, ({ candidates, page, query, trace }) => ({
      query,
      trace,
      slots: page.map((row) => candidates.item[row]!),
    }))
    const { ids } = this.#parts.catalog
    const found = this.#sources.map((source) => trace.find(({ kind, name }) => kind === 'source' && name === source)?.items)
    const sourceOf = (slot: number) => this.#sources[found.findIndex((items) => items?.has(slot))] ?? ''
    const columns = Object.entries(trace.find(({ kind }) => kind === 'rank')?.columns ?? {}).map(
      ([name, values]) => [name, new Map(values.entries().map(([slot, value]) => [ids.id(slot), value]))] as const,
    )
    return {
      list: slots.map((slot) => ({ videoId: ids.id(slot), source: sourceOf(slot) })),
      columns: Object.fromEntries(columns),
      isWhole: query.level === Level.LEVEL_FULL && trace.every(({ failure }) => failure === undefined),
    }
  }
}

const same = (pipeline: FeedPipeline) => pipeline
