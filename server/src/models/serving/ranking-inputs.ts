import type { Catalog } from '../../catalog/catalog.ts'
import { FeedVectors } from '../../features/vector/feed-vectors.ts'
import type { Tensor } from '../../ports/graph-runtime.ts'
import type { ModelRows, VideoRows } from './model-rows.ts'
import type { PageFeatures } from './page-features.ts'
import { type Moment, PersonInputs } from './person-inputs.ts'
import { shaped } from './tensors.ts'
import { VideoInputs } from './video-inputs.ts'

const width = FeedVectors.itemWidth

/** What a ranker reads of a request of up to `capacity` candidates. */
export class RankingInputs {
  readonly #person: PersonInputs
  readonly #videos: VideoInputs

  constructor(catalog: Catalog, rows: ModelRows, videoRows: VideoRows, capacity: number) {
    this.#person = new PersonInputs(catalog, rows, videoRows)
    this.#videos = new VideoInputs(catalog, rows, videoRows, capacity)
  }

  /** Of all candidates of a page, whose features are read where they are. */
  ofAll(moment: Moment, features: PageFeatures): Record<string, Tensor> {
    const { count, items, slots } = features
    this.#videos.set(slots.subarray(0, count))
    return this.#with(moment, features, items, count)
  }

  /** Of the candidates in these places, which are in their order. */
  ofSome(moment: Moment, features: PageFeatures, places: Uint32Array): Record<string, Tensor> {
    const items = new Float32Array(places.length * width)
    this.#videos.set(places.map((place) => features.slots[place]!))
    for (let at = 0; at < places.length; at++) items.set(features.row(places[at]!), at * width)
    return this.#with(moment, features, items, places.length)
  }

  #with(moment: Moment, { person, recentSlots }: PageFeatures, items: Float32Array, count: number): Record<string, Tensor> {
    this.#person.set(moment, person, recentSlots)
    return { ...this.#person.tensors, ...this.#videos.candidates(count), item_values: shaped(items, count, width) }
  }
}
