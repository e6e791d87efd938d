/** What travels, as JSON of the contract (proto/vireo/v1): names in camel case, whole numbers of 64 bits as text. */

export type EventType =
  | 'Watch'
  | 'Like'
  | 'Share'
  | 'Comment'
  | 'Impression'
  | 'Follow'
  | 'Unlike'
  | 'Dislike'
  | 'NotInterested'
  | 'Report'
  | 'BlockCreator'

/** What is known of the moment; all of it optional. */
export interface RequestContext {
  /** Where in the app the feed is shown; `main` if left out. */
  readonly surface?: string
  readonly device?: string
  readonly networkKbps?: number
  /** BCP 47, such as `pt-BR`. Videos in another language are left out. */
  readonly language?: string
  /** ISO 3166-1 alpha-2. Without it, videos that are limited to countries are left out. */
  readonly country?: string
  /** IANA name; in browsers that of the browser if left out. */
  readonly timeZone?: string
  /** In years: videos rated above it are left out. */
  readonly age?: number
}

/** A video of a page. Text that there is none of is empty. */
export interface Result {
  readonly videoUrl: string
  readonly videoTitle: string
  /** To show, such as `12K watches`. */
  readonly videoStats: string
  readonly videoId: string
  readonly creatorId: string
  readonly thumbnailUrl: string
  /** Opaque and signed: events about this result bring it back. */
  readonly tracking: string
  /** Why this video, in a few plain words. */
  readonly reason: string
  /** What brought it, such as `trending`. */
  readonly source: string
  /** Left out if unknown. */
  readonly lengthMs?: number
  /** The most confident first. */
  readonly categories: readonly string[]
}

/** From best to last resort. */
export type Level = 'full' | 'light_ranking' | 'no_ranking' | 'popular'

export interface Page {
  readonly requestId: string
  readonly pageNumber: number
  readonly results: readonly Result[]
  /** How well the page could be made. */
  readonly level: Level
  /** Why it is not full: `load`, `queue`, `deadline` or `failure`; empty where it is. */
  readonly levelReason: string
  /** Stages that failed or were too slow for it, by name. */
  readonly degraded: readonly string[]
  /** Places of the page, from 0, that are left free for ads; the results fill the others in order. */
  readonly freePlaces: readonly number[]
  /** The experiment arm that made it. */
  readonly arm: string
}

/** An event as it is sent. */
export interface SentEvent {
  readonly evtType: EventType
  readonly userid: string
  /** ISO 8601. */
  readonly evtTime?: string
  readonly eventId: string
  readonly videoId?: string
  readonly watchMs?: number
  readonly tracking?: string
  readonly creatorId?: string
  readonly category?: string
  readonly reason?: string
  readonly surface?: string
}

/** What the server answers to a batch; JSON of the contract leaves out what is zero, false or empty. */
export interface SendEventsResponse {
  readonly refused?: readonly {
    readonly index?: number
    readonly code?: string
    readonly field?: string
    readonly message?: string
    readonly retryable?: boolean
  }[]
}

type Json<Message> = { readonly [Field in keyof Message]?: Message[Field] }
export type RecsResponse = Omit<Json<Page>, 'results' | 'level'> & { readonly results?: readonly Json<Result>[]; readonly level?: string }

const noResult: Result = {
  videoUrl: '',
  videoTitle: '',
  videoStats: '',
  videoId: '',
  creatorId: '',
  thumbnailUrl: '',
  tracking: '',
  reason: '',
  source: '',
  categories: [],
}

/** A page with everything in it that JSON has left out. */
export const pageOf = (response: RecsResponse, requestId: string, pageNumber: number): Page => ({
  degraded: [],
  freePlaces: [],
  arm: '',
  levelReason: '',
  ...response,
  requestId,
  pageNumber,
  level: (response.level ?? 'LEVEL_FULL').slice('LEVEL_'.length).toLowerCase() as Level,
  results: (response.results ?? []).map((result) => ({ ...noResult, ...result })),
})
