import type { Catalog } from '../../catalog/catalog.ts'
import { FeedVectors } from '../../features/vector/feed-vectors.ts'
import type { Tensor } from '../../ports/graph-runtime.ts'
import type { KnownVideos, ModelRows } from './model-rows.ts'
import type { PageFeatures } from './page-features.ts'
import { type Moment, PersonInputs } from './person-inputs.ts'
import { shaped, sharedFloats } from './tensors.ts'
import { VideoInputs } from './video-inputs.ts'

/** Memory for what a ranker reads of a request of up to `capacity` candidates. */
export class RankingInputs {
  readonly #person: PersonInputs
  readonly #videos: VideoInputs
  readonly #itemValues: Float32Array

  constructor(catalog: Catalog, rows: ModelRows, known: KnownVideos, capacity: number) {
    this.#person = new PersonInputs(catalog, rows, known)
    this.#videos = new VideoInputs(catalog, rows, known, capacity)
    this.#itemValues = sharedFloats(capacity * FeedVectors.itemWidth)
  }

  /** Of the candidates in these places, which are in their order. */
  of(moment: Moment, features: PageFeatures, places: Uint32Array): Record<string, Tensor> {
    const width = FeedVectors.itemWidth
    this.#person.set(moment, features.person, features.recentSlots)
    for (let at = 0; at < places.length; at++) this.#videos.set(at, features.slots[places[at]!]!)
    if (places.length === features.count) this.#itemValues.set(features.items.subarray(0, places.length * width))
    else for (let at = 0; at < places.length; at++) this.#itemValues.set(features.row(places[at]!), at * width)
    return {
      ...this.#person.tensors,
      ...this.#videos.candidates(places.length),
      item_values: shaped(this.#itemValues, places.length, width),
    }
  }
}
