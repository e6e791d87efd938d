import type { Catalog } from '../../catalog/catalog.ts'
import { VireoError } from '../../errors.ts'
import { feedFeatureSet } from '../../features/vector/feed-feature-set.ts'
import type { Graph, Tensor } from '../../ports/graph-runtime.ts'
import type { Ranker } from '../../ports/ranker.ts'
import type { VectorIndex } from '../../ports/vector-index.ts'
import type { Distributions } from '../distributions.ts'
import type { Manifest } from '../manifest.ts'
import type { TrainedVideos } from '../trained-videos.ts'
import { ModelRows, VideoRows } from './model-rows.ts'
import type { PageFeatures } from './page-features.ts'
import { type Moment, PersonInputs } from './person-inputs.ts'
import { RankingInputs } from './ranking-inputs.ts'
import { Spares } from './spares.ts'

/** None of a candidate's features is a list: each has the place that it has among the names. */
export const placeOfItemFeature = (name: string): number => feedFeatureSet.itemFeatures.findIndex((feature) => feature.name === name)

/** What of an artifact is at work. */
export interface ServingParts {
  readonly manifest: Manifest
  readonly distributions: Distributions | undefined
  readonly catalog: Catalog
  readonly retrieval: RetrievalParts | undefined
  readonly ranking: RankingParts | undefined
}

export interface RetrievalParts {
  readonly trainedVideos: TrainedVideos
  readonly personTower: Graph
  readonly index: VectorIndex
}

export interface RankingParts {
  readonly trainedVideos: TrainedVideos
  /** In workers of its own, for all candidates. */
  readonly ranker: Ranker
  /** The same graph on this thread, for few of them. */
  readonly light: Graph
  /** Most candidates at once: of all, and of few. */
  readonly capacity: number
  readonly lightCapacity: number
}

/** What the ranker says of the candidates in some places: T logits each, and how long each would be watched, in ms. */
export interface Ranked {
  readonly logits: Float32Array
  readonly watchMs: Float32Array
}

/** Writes the chances of a row of logits. */
export function chancesOf({ logits }: Ranked, row: number, into: Float64Array): void {
  for (let task = 0; task < into.length; task++) into[task] = 1 / (1 + Math.exp(-logits[row * into.length + task]!))
}

const log1p = (count: number): number => logs[count] ?? Math.log1p(count)
/** Of the counts that most videos have. */
const logs = Float64Array.from({ length: 4_096 }, (_, count) => Math.log1p(count))

/** One model while it serves: the person's vector, neighbours, ranking. */
export class ServingModel {
  readonly manifest: Manifest
  /** Of features in training; undefined where it kept none. */
  readonly distributions: Distributions | undefined
  /** Such as feed/2022-05-05-b145e136. */
  readonly id: string
  readonly rows: ModelRows
  readonly index: VectorIndex | undefined
  /** Names of the logits' tasks, in their order. */
  readonly tasks: readonly string[]
  /** What each counts in the value unless something else is configured. */
  readonly weights: readonly number[]
  readonly #popularity: readonly { readonly feature: number; readonly weight: number }[]
  readonly #retrieval: (RetrievalParts & { readonly inputs: Spares<PersonInputs> }) | undefined
  readonly #ranking: (RankingParts & { readonly all: Spares<RankingInputs>; readonly few: Spares<RankingInputs> }) | undefined

  constructor({ manifest, distributions, catalog, retrieval, ranking }: ServingParts) {
    this.manifest = manifest
    this.distributions = distributions
    this.id = `${manifest.name}/${manifest.version}`
    this.rows = new ModelRows(catalog, manifest.hashing)
    this.index = retrieval?.index
    const binary = (manifest.ranking?.tasks ?? []).filter(({ kind }) => kind === 'binary')
    this.tasks = binary.map(({ name }) => name)
    this.weights = binary.map(({ weight }) => weight)
    this.#popularity = (manifest.retrieval?.popularity ?? []).map(({ feature, weight }) => ({
      feature: placeOfItemFeature(feature),
      weight,
    }))
    if (retrieval !== undefined) {
      const videoRows = new VideoRows(catalog.ids, retrieval.trainedVideos, manifest.hashing.tables.videos)
      this.#retrieval = { ...retrieval, inputs: new Spares(() => new PersonInputs(catalog, this.rows, videoRows)) }
    }
    if (ranking !== undefined) {
      const videoRows = new VideoRows(catalog.ids, ranking.trainedVideos, manifest.hashing.tables.videos)
      const inputs = (capacity: number) => new Spares(() => new RankingInputs(catalog, this.rows, videoRows, capacity))
      this.#ranking = { ...ranking, all: inputs(ranking.capacity), few: inputs(ranking.lightCapacity) }
    }
  }

  /** What recent popularity adds to the logit of a candidate's retrieval, for everybody. */
  popularity(features: PageFeatures, place: number): number {
    let sum = 0
    for (const { feature, weight } of this.#popularity) sum += weight * log1p(features.item(place, feature))
    return sum
  }

  get ranks(): boolean {
    return this.#ranking !== undefined
  }

  /** Requests that the ranker has not answered. */
  get waiting(): number {
    return this.#ranking?.ranker.waiting ?? 0
  }

  /** Candidates that `rankFew` takes at most. */
  get lightCapacity(): number {
    return this.#ranking?.lightCapacity ?? 0
  }

  /** The person's vector, from what they did last. Rejects with `GRAPH_FAILED`, `MODEL_NOT_FINITE`. */
  personVector(moment: Moment, values: Float32Array, recentSlots: readonly number[]): Promise<Float32Array> {
    const { inputs, personTower } = this.#retrieval!
    return inputs.with(async (person) => {
      person.set(moment, values, recentSlots)
      const { vector } = await personTower.run(person.tensors)
      return finite(vector, 'the vector of the person')
    })
  }

  /** Ranks all candidates of a page, in workers. Rejects as `Ranker.rank` does, and with `MODEL_NOT_FINITE`. */
  async rankAll(moment: Moment, features: PageFeatures, signal: AbortSignal): Promise<Ranked> {
    const { all, ranker } = this.#ranking!
    const { refusal } = ranker
    if (refusal !== undefined) throw refusal
    return all.with(async (inputs) => {
      features.isBeingRead = true
      const ranked = await ranker.rank(inputs.ofAll(moment, features), signal)
      features.isBeingRead = false
      return rankedOf(ranked)
    })
  }

  /** Ranks a few candidates of a page, on this thread. Rejects with `GRAPH_FAILED`, `MODEL_NOT_FINITE`. */
  rankFew(moment: Moment, features: PageFeatures, places: Uint32Array): Promise<Ranked> {
    const { few, light } = this.#ranking!
    return few.with(async (inputs) => rankedOf(await light.run(inputs.ofSome(moment, features, places))))
  }

  async close(): Promise<void> {
    await Promise.all([
      this.#retrieval?.index.close(),
      this.#retrieval?.personTower.close(),
      this.#ranking?.ranker.close(),
      this.#ranking?.light.close(),
    ])
  }
}

function rankedOf({ logits, watch_ms }: Readonly<Record<string, Tensor>>): Ranked {
  return { logits: finite(logits, 'what the ranker says'), watchMs: finite(watch_ms, 'the watch time') }
}

/** Throws `MODEL_NOT_FINITE`. */
function finite(tensor: Tensor | undefined, what: string): Float32Array {
  const { values } = tensor as Tensor & { type: 'float32' }
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at])) continue
    const message = `${what} has ${values[at]} at ${at}`
    throw new VireoError({ code: 'MODEL_NOT_FINITE', message, fault: 'server', retryable: false })
  }
  return values
}
