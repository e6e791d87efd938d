import { hourMs } from '../../clock.ts'
import type { VectorReader } from '../../ports/vector-index.ts'
import { ImpressionsOfAll } from './impressions-of-all.ts'
import type { ModelWatchParts } from './model-watch.ts'

/** Ages up to which a video counts as new, in hours. */
export const newHours = [24, 168] as const

/** The diversity of one page in so many is looked at: all pairs of its vectors take longer than all the rest. */
const pagesPerSample = 8

/** Sums and how many they are of, since the server began to watch. */
export interface PagesReading {
  readonly videos: number
  /** As `newHours`. */
  readonly newVideos: readonly number[]
  readonly diversity: { readonly sum: number; readonly pages: number }
  /** In bits. */
  readonly novelty: { readonly sum: number; readonly videos: number }
}

/** How varied, how unknown and how new what is served is. */
export class ShownPages {
  readonly #parts: Pick<ModelWatchParts, 'catalog' | 'vectors'>
  readonly #impressions: ImpressionsOfAll
  readonly #newVideos = newHours.map(() => 0)
  readonly #diversity = { sum: 0, pages: 0 }
  readonly #novelty = { sum: 0, videos: 0 }
  #videos = 0
  #pages = 0

  constructor(parts: Pick<ModelWatchParts, 'catalog' | 'counters' | 'vectors'>) {
    this.#parts = parts
    this.#impressions = new ImpressionsOfAll(parts.counters)
  }

  /** A page that is served, by slots. */
  count(slots: readonly number[], nowMs: number): void {
    const { catalog, vectors } = this.#parts
    this.#impressions.step()
    const { total } = this.#impressions
    for (const slot of slots) {
      if (slot < 0) continue
      this.#videos++
      const uploadedS = catalog.columns.uploadedS[slot]!
      for (let age = 0; age < newHours.length; age++)
        if (uploadedS > 0 && nowMs - uploadedS * 1_000 <= newHours[age]! * hourMs) this.#newVideos[age]!++
      if (total === undefined) continue
      this.#novelty.sum += novelty(this.#impressions.of(slot), total)
      this.#novelty.videos++
    }
    if (this.#pages++ % pagesPerSample !== 0) return
    const reader = vectors()
    const diversity = reader && intraListDiversity(slots, reader)
    if (diversity === undefined) return
    this.#diversity.sum += diversity
    this.#diversity.pages++
  }

  read(): PagesReading {
    return { videos: this.#videos, newVideos: [...this.#newVideos], diversity: { ...this.#diversity }, novelty: { ...this.#novelty } }
  }
}

/**
 * Intra-list diversity: the mean of 1 − cosine over all pairs of a page (Ziegler et al., Improving recommendation lists
 * through topic diversification, 2005), 0 to 2. Undefined where fewer than two have vectors.
 */
function intraListDiversity(slots: readonly number[], vectors: VectorReader): number | undefined {
  const known = slots.filter((slot) => slot >= 0 && vectors.has(slot))
  if (known.length < 2) return undefined
  let distance = 0
  for (let at = 1; at < known.length; at++)
    for (let other = 0; other < at; other++) distance += 1 - vectors.similarity(known[at]!, known[other]!)
  return (2 * distance) / (known.length * (known.length - 1))
}

/**
 * Novelty of a video: −log2 of its share of all impressions, in bits (Vargas and Castells, Rank and relevance in novelty and
 * diversity metrics for recommender systems, 2011). One more than is counted, so that what was never shown has one too.
 */
const novelty = (impressions: number, ofAll: number): number => -Math.log2((impressions + 1) / (Math.max(ofAll, impressions) + 1))
