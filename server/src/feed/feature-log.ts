import type { IdTable } from '../catalog/id-table.ts'
import { encodeVectors } from '../features/vector/feature-record.ts'
import { featureSetId } from '../features/vector/feature-set.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import { FeedVectors } from '../features/vector/feed-vectors.ts'
import type { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { hash64 } from '../hash.ts'
import { PageFeatures } from '../models/serving/page-features.ts'
import type { Entry } from '../state/ledger.ts'
import type { FeedQuery } from './feed-pipeline.ts'

/** Makes records of the vectors that pages are made with, for a share of them. */
export class FeatureLog {
  readonly #vectors: FeedVectors
  readonly #ids: IdTable
  readonly #share: number
  /** For a page that no model has read anything of. */
  #own = new PageFeatures(0)
  #items = new Float32Array()

  constructor(vectors: FeedVectors, ids: IdTable, share: number) {
    this.#vectors = vectors
    this.#ids = ids
    this.#share = share
  }

  /** The record that goes with a slate, whose items are in `slots`; none where it is not among the share, or not to be had. */
  entry(query: FeedQuery, slate: SlateRecord, slots: readonly number[]): Entry[] | Promise<Entry[]> {
    if (hash64(slate.slateId).high >= this.#share * 2 ** 32) return []
    if (query.features !== undefined) return [this.#entry(query, slate, slots, query.features)]
    let made: Entry[] = []
    const waiting = this.#vectors.ready(query, slots, () => {
      made = [this.#entry(query, slate, slots, this.#gather(query, slots))]
    })
    return waiting === undefined
      ? made
      : waiting.then(
          () => made,
          () => [],
        )
  }

  #entry({ nowMs, person }: FeedQuery, { items, slateId }: SlateRecord, slots: readonly number[], features: PageFeatures): Entry {
    const itemWidth = FeedVectors.itemWidth
    if (this.#items.length < slots.length * itemWidth) this.#items = new Float32Array(slots.length * itemWidth)
    for (const [at, slot] of slots.entries()) this.#items.set(features.itemOf(slot), at * itemWidth)
    const value = encodeVectors({
      slateId,
      person,
      timeMs: nowMs,
      featureSet,
      videoIds: items.map(({ videoId }) => videoId),
      personValues: features.person,
      itemValues: this.#items,
      itemWidth,
      recentVideos: features.recentSlots.map((slot) => this.#ids.id(slot)),
    })
    return { topic: 'features', key: person, timeMs: nowMs, value }
  }

  #gather(query: FeedQuery, slots: readonly number[]): PageFeatures {
    if (this.#own.slots.length < slots.length) this.#own = new PageFeatures(slots.length)
    this.#own.gather(this.#vectors, query, slots)
    return this.#own
  }
}

const featureSet = featureSetId(feedFeatureSet)
