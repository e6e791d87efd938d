import type { Catalog } from '../catalog/catalog.ts'
import type { CoWatch } from '../co-watch/co-watch.ts'
import type { Charts } from '../counters/charts.ts'
import type { BucketFlow } from '../exploration/bucket-flow.ts'
import type { CategoryRecord } from '../exploration/category-draw.ts'
import type { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { PersonState } from '../people/person-state.ts'
import type { Filter, Pipeline, QueryHydrator, Scorer, Selector, Source } from '../pipeline/stages.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import type { Random } from '../random.ts'
import type { Ledger } from '../state/ledger.ts'
import type { FeatureLog } from './feature-log.ts'
import type { UnrecordedPages } from './unrecorded-pages.ts'

/** What is written for each candidate; all but `score` are terms that the slate's record keeps. */
export const columns = ['similarity', 'popularity', 'rate', 'suppression', 'score', 'propensity'] as const
export type Column = (typeof columns)[number]

/** A video that weighs in what comes next, by slot. */
export interface Seed {
  readonly video: number
  readonly weight: number
}

/** What a person does not want, in the numbers of the catalogue. */
export interface Unwanted {
  readonly blockedCreators: ReadonlySet<number>
  readonly videos: ReadonlySet<number>
  readonly creators: ReadonlySet<number>
  readonly categories: ReadonlySet<number>
}

/** One request on its way through the feed. The first part is given; hydrators fill the second. */
export interface FeedQuery {
  readonly person: string
  readonly nowMs: number
  /** Results wanted. */
  readonly count: number
  /** A 64-bit integer in decimal. */
  readonly requestId: string
  readonly pageNumber: number
  readonly slateId: string
  readonly surface: string
  readonly device: string
  readonly networkKbps: number
  /** The catalogue's number, 0 where the request names none, -1 for a language that no video has. */
  readonly language: number
  readonly languageTag: string
  readonly country: string
  readonly timeZone: string
  /** In years. */
  readonly age: number
  /** Slots that the client has shown and not yet reported. */
  readonly shown: ReadonlySet<number>
  /** A stage's own random numbers: the same for the same person, request and page, whatever other stages do. */
  readonly random: (stage: string) => Random
  readonly settings: FeedSettings
  /** The person as they are now; not to be changed. */
  readonly state: PersonState

  /** The experiment arm. */
  arm: string
  /** Served before this (in s) and never displayed is no longer seen. */
  releasedS: number
  unwanted: Unwanted
  /** What similar videos are looked for, strongest first. */
  seeds: readonly Seed[]
  /** The last slots shown, newest first, for a page that differs from those before. */
  recent: readonly number[]
  /** The content of what was shown lately, as the catalogue's groups. */
  recentContent: Set<number>
  /** The person's number among the creators, or -1. */
  asCreator: number
  categoryRecord: (category: number) => CategoryRecord
  /** Positions of the page that explore, with what was drawn for each. */
  explored: readonly { readonly position: number; readonly slot: number; readonly propensity: number }[]
  /** What was written to the log. */
  slate: SlateRecord | undefined
}

export interface FeedSettings {
  /** Chance of each position to explore, 0 to 1. */
  readonly explorationShare: number
  /** Whether the page is made different from itself and the pages before. */
  readonly diversity: boolean
}

/** What the stages use. */
export interface FeedParts {
  readonly catalog: Catalog
  readonly counters: CounterReader
  readonly charts: Charts
  readonly coWatch: CoWatch
  readonly flow: BucketFlow
  readonly featureLog: FeatureLog
  readonly ledger: Ledger
  readonly unrecorded: UnrecordedPages
  /** Time for the page to become durable, in ms; it leaves without a slate after that. */
  readonly commitDeadlineMs: number
  /** Most candidates of a request. */
  readonly mostCandidates: number
}

export type FeedPipeline = Pipeline<FeedQuery, Column>
export type FeedHydrator = QueryHydrator<FeedQuery>
export type FeedSource = Source<FeedQuery, Column>
export type FeedFilter = Filter<FeedQuery, Column>
export type FeedScorer = Scorer<FeedQuery, Column>
export type FeedSelector = Selector<FeedQuery, Column>
