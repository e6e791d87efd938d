import type { Catalog } from '../catalog/catalog.ts'
import type { CoWatch } from '../co-watch/co-watch.ts'
import type { Charts } from '../counters/charts.ts'
import type { BucketFlow } from '../exploration/bucket-flow.ts'
import type { CategoryRecord } from '../exploration/category-draw.ts'
import type { FeedVectors } from '../features/vector/feed-vectors.ts'
import type { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { Level } from '../generated/vireo/v1/feed.ts'
import type { PageFeatures } from '../models/serving/page-features.ts'
import type { ServingModel } from '../models/serving/serving-model.ts'
import type { ValueWeights, Weights } from '../models/serving/value-weights.ts'
import { tasks } from '../models/tasks.ts'
import type { PersonState } from '../people/person-state.ts'
import type { Filter, Pipeline, QueryHydrator, Scorer, Selector, Source } from '../pipeline/stages.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import type { Random } from '../random.ts'
import type { Ledger } from '../state/ledger.ts'
import type { FeatureLog } from './feature-log.ts'
import type { PageDiversity } from './page-diversity.ts'
import type { Lookup, Removals } from './removals.ts'
import type { UnrecordedPages } from './unrecorded-pages.ts'

/** Terms of the score that need no model. */
export const plainTerms = ['similarity', 'popularity', 'rate', 'suppression'] as const
/** Terms that a model adds: the logit of retrieval, what each task's chance is, and what is made of them. */
export const modelTerms = ['retrieval', ...tasks, 'value', 'co_watching', 'creator_value', 'session_interest'] as const
/** Terms that selectors add: the likeness to the nearest before it, and how unlike what the person watched it is. */
export const selectorTerms = ['redundancy', 'unexpectedness'] as const
/** What is written for each candidate. */
export const columns = [...plainTerms, ...modelTerms, ...selectorTerms, 'score', 'propensity'] as const
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

/**
 * Why a page is not at level full: more is asked for than can be made, too many wait for the ranker, it took too long, or something
 * failed. Empty where it is, or is not to be.
 */
export type LevelReason = '' | 'load' | 'queue' | 'deadline' | 'failure'

/** One request on its way through the feed. The first part is given; hydrators fill the second. */
export interface FeedQuery {
  readonly person: string
  readonly nowMs: number
  /** Results wanted. */
  readonly count: number
  /** Places of the page: those of the results, and those that are left free for ads. */
  readonly places: number
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
  /** The model that serves this request, the same to its end; undefined where none does. */
  readonly model: ServingModel | undefined

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
  /** The person as the model's towers see them. */
  personVector: Float32Array | undefined
  /** What the model reads of the candidates. */
  features: PageFeatures | undefined
  /** How well the candidates could be ranked. */
  level: Level
  /** Why not at level full. */
  levelReason: LevelReason
  /** What diversity cost the page, and what it won; undefined where it is off. */
  pageDiversity: PageDiversity | undefined
  /** Positions of the page that explore, with what was drawn for each. */
  explored: readonly { readonly position: number; readonly slot: number; readonly propensity: number }[]
  /** What was written to the log. */
  slate: SlateRecord | undefined
  /** Which videos of the page were taken down elsewhere; undefined where nobody else takes any down. */
  lookup: Lookup | undefined
}

export interface FeedSettings {
  /** Chance of each position to explore, 0 to 1. */
  readonly explorationShare: number
  /** Whether the page is made different from itself and the pages before. */
  readonly diversity: boolean
  /** Doublings of its place in the ranking that a video loses which is just like one before it. */
  readonly diversityStrength: number
  /** Share of pages that have a position for the unexpected, 0 to 1. */
  readonly serendipityShare: number
  /** Whether a model that is there is asked. */
  readonly models: boolean
  /** How much the logarithm of the value counts against the logit of retrieval; infinity is the value alone. */
  readonly valueWeight: number
  /** How much the logarithm of similarity by co-watching counts against the logit of retrieval. */
  readonly coWatchWeight: number
  /** What a creator who has had no impressions gains at most, as a part of the score; 0 counts no creator's gain. */
  readonly creatorWeight: number
  /** How much it counts which categories did better than others in the running session. */
  readonly sessionWeight: number
  /** What each task counts in the value, whatever the surface and the arm; absent where the configuration says it. */
  readonly weights?: Weights
  /** How well candidates are ranked at best; absent where all may be. */
  readonly bestLevel?: Level
  /** The least time that each stage gets, in ms; absent where people wait. */
  readonly patienceMs?: number
}

/** How candidates are ranked, and by when. */
export interface RankingSettings {
  /** Time for all candidates, in ms; after that a few are ranked. */
  readonly deadlineMs: number
  /** With so many requests before it, a request has a few of its candidates ranked at once. */
  readonly queueLength: number
  readonly weights: ValueWeights
  /** Impressions from which on a creator's gain no longer counts. */
  readonly creatorImpressions: number
}

/** What the stages use. */
export interface FeedParts {
  readonly catalog: Catalog
  readonly counters: CounterReader
  readonly charts: Charts
  readonly coWatch: CoWatch
  readonly flow: BucketFlow
  readonly vectors: FeedVectors
  readonly featureLog: FeatureLog
  /** The model that serves now. */
  readonly models: { readonly current: ServingModel | undefined }
  readonly ranking: RankingSettings
  readonly ledger: Ledger
  readonly unrecorded: UnrecordedPages
  /** Where other servers take videos down. */
  readonly removals: Pick<Removals, 'lookUp' | 'without'> | undefined
  /** Time for the page to become durable, in ms; it leaves without a slate after that. */
  readonly commitDeadlineMs: number
  /** Most candidates of a request. */
  readonly mostCandidates: number
  /** Time after which a dislike counts half. */
  readonly dislikeHalfLifeHours: number
}

export type FeedPipeline = Pipeline<FeedQuery, Column>
export type FeedHydrator = QueryHydrator<FeedQuery>
export type FeedSource = Source<FeedQuery, Column>
export type FeedFilter = Filter<FeedQuery, Column>
export type FeedScorer = Scorer<FeedQuery, Column>
export type FeedSelector = Selector<FeedQuery, Column>
