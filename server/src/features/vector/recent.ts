import type { Catalog } from '../../catalog/catalog.ts'
import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import { outcome } from '../../people/outcomes.ts'
import type { PersonState } from '../../people/person-state.ts'
import type { Feature } from './feature.ts'

/** How many of the last videos a model is told of. */
export const recentLength = 50

const unknown = -1
const longestRatio = 10_000

/** Lists about the videos that `recent_videos` names, newest first. */
export const recentFeatures: readonly Feature[] = [
  { name: 'recent_outcomes', meaning: 'what came of it, as bits (people/outcomes.ts)', unit: 'bits', without: 0, length: recentLength },
  { name: 'recent_gaps_s', meaning: 'how long before this page it began', unit: 's', without: 0, length: recentLength },
  {
    name: 'recent_watch_ratios',
    meaning: 'time watched out of the length; -1 if either is unknown',
    unit: '1/1000',
    without: 0,
    length: recentLength,
  },
]

/** What a candidate has in common with the person's last videos. */
export const similarityFeatures: readonly Feature[] = ['category', 'creator', 'audio'].flatMap((of): Feature[] => [
  { name: `recent_of_${of}`, meaning: `of the last ${recentLength}, those of the same ${of}`, unit: 'videos', without: 0 },
  {
    name: `recent_long_views_of_${of}`,
    meaning: `of the last ${recentLength}, those of the same ${of} that were watched whole or for 18 s`,
    unit: 'videos',
    without: 0,
  },
])

/** The person's last videos, and what a candidate has in common with them. */
export class Recent {
  readonly #catalog: Catalog
  /** Newest first. */
  #slots: number[] = []
  #isLongView: boolean[] = []

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  /** Ids of the videos, newest first. */
  get videoIds(): string[] {
    return this.#slots.map((slot) => this.#catalog.ids.id(slot))
  }

  /** Turns to a person, and writes `recentFeatures`. */
  read({ history }: PersonState, nowMs: number, into: Float64Array, at: number): void {
    const { columns } = this.#catalog
    const count = Math.min(recentLength, history.count)
    const nowS = Math.floor(nowMs / 1000)
    this.#slots.length = count
    this.#isLongView.length = count
    into.fill(0, at, at + 3 * recentLength)
    for (let nth = 0; nth < count; nth++) {
      const from = history.count - 1 - nth
      const slot = history.videos[from]!
      const outcomes = history.outcomes[from]!
      const lengthMs = columns.lengthMs[slot]!
      const tenths = history.tenths[from]!
      this.#slots[nth] = slot
      this.#isLongView[nth] = (outcomes & outcome.longView) !== 0
      into[at + nth] = outcomes
      into[at + recentLength + nth] = Math.max(0, nowS - history.timesS[from]!)
      into[at + 2 * recentLength + nth] =
        tenths === 0 || lengthMs === 0 ? unknown : Math.min(longestRatio, Math.floor(((tenths - 1) * 100_000) / lengthMs))
    }
  }

  /** Writes `similarityFeatures` of a candidate. */
  compare(slot: number, into: Float64Array, at: number): void {
    const { columns } = this.#catalog
    const creator = columns.creator[slot]!
    const audio = columns.audio[slot]!
    into.fill(0, at, at + similarityFeatures.length)
    for (let nth = 0; nth < this.#slots.length; nth++) {
      const other = this.#slots[nth]!
      const longViews = this.#isLongView[nth] ? 1 : 0
      if (this.#haveSameCategory(slot, other)) {
        into[at]!++
        into[at + 1]! += longViews
      }
      if (creator !== 0 && columns.creator[other] === creator) {
        into[at + 2]!++
        into[at + 3]! += longViews
      }
      if (audio !== 0 && columns.audio[other] === audio) {
        into[at + 4]!++
        into[at + 5]! += longViews
      }
    }
  }

  #haveSameCategory(one: number, other: number): boolean {
    const { columns } = this.#catalog
    for (let at = one * categoriesPerVideo; at < (one + 1) * categoriesPerVideo && columns.categories[at] !== 0; at++) {
      if (columns.hasCategory(other, columns.categories[at]!)) return true
    }
    return false
  }
}
