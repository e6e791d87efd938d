import { hourMs } from '../../clock.ts'
import { ImpressionsOfAll } from './impressions-of-all.ts'
import type { ModelWatchParts } from './model-watch.ts'
import { intraListDiversity, novelty } from './page-measures.ts'

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
