import { encodeVectors } from '../features/vector/feature-record.ts'
import { featureSetId } from '../features/vector/feature-set.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import { FeedVectors } from '../features/vector/feed-vectors.ts'
import type { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { hash64 } from '../hash.ts'
import type { Entry } from '../state/ledger.ts'
import type { FeedQuery } from './feed-pipeline.ts'

/** Makes records of the vectors that pages are made with, for a share of them. */
export class FeatureLog {
  readonly #vectors: FeedVectors
  readonly #share: number
  readonly #person = new Float64Array(FeedVectors.personWidth)
  #items = new Float64Array()

  constructor(vectors: FeedVectors, share: number) {
    this.#vectors = vectors
    this.#share = share
  }

  /** The record that goes with a slate, whose items are in `slots`; none where it is not among the share. */
  entry(query: FeedQuery, { slateId, items }: SlateRecord, slots: readonly number[]): Entry[] {
    if (hash64(slateId).high >= this.#share * 2 ** 32) return []
    const { nowMs, person, state, surface } = query
    const itemWidth = FeedVectors.itemWidth
    if (this.#items.length < slots.length * itemWidth) this.#items = new Float64Array(slots.length * itemWidth)
    this.#vectors.begin({ person, state, surface, nowMs }, this.#person)
    for (const [at, slot] of slots.entries()) this.#vectors.candidate(slot, this.#items, at * itemWidth)
    const value = encodeVectors({
      slateId,
      person,
      timeMs: nowMs,
      featureSet,
      videoIds: items.map(({ videoId }) => videoId),
      personValues: this.#person,
      itemValues: this.#items,
      itemWidth,
      recentVideos: this.#vectors.recentVideos,
    })
    return [{ topic: 'features', key: person, timeMs: nowMs, value }]
  }
}

const featureSet = featureSetId(feedFeatureSet)
