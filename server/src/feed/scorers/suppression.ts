import type { VideoColumns } from '../../catalog/video-columns.ts'
import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import { hourMs } from '../../clock.ts'
import type { History } from '../../people/history.ts'
import { outcome } from '../../people/outcomes.ts'
import type { VectorReader } from '../../ports/vector-index.ts'
import type { FeedParts, FeedScorer } from '../feed-pipeline.ts'

/** Of the score of what is entirely like it, a fresh dislike leaves this share, and "not interested" this. */
const dislikeLeaves = 0.3
const notInterestedLeaves = 0.001
/** Dislikes that are looked at, the latest; and those of which vectors are compared. */
const mostDislikes = 20
const mostCompared = 5
/** Videos are alike from this cosine of their vectors on, and entirely at 1. */
const leastCosine = 0.5

const refused = outcome.notInterested | outcome.report
const bad = refused | outcome.dislike

interface Dislike {
  readonly video: number
  /** What it takes from the score of what is entirely like it, from 1 down to 0 as it is forgotten. */
  readonly takes: number
}

/** Lowers what is like videos that the person disliked: by the same creator, in the same categories, near them as vectors. */
export const suppression = ({ catalog, dislikeHalfLifeHours }: FeedParts): FeedScorer => ({
  name: 'suppression',
  onFailure: 'skip',
  score({ model, nowMs, state }, candidates) {
    const disliked = dislikes(state.history, nowMs / 1000, (dislikeHalfLifeHours * hourMs) / 1000)
    const factors = candidates.columns.suppression
    for (let at = 0; at < candidates.live; at++) {
      const row = candidates.rows[at]!
      const slot = candidates.item[row]!
      let factor = 1
      for (let nth = 0; nth < disliked.length; nth++) {
        const { takes, video } = disliked[nth]!
        factor *= 1 - takes * likeness(catalog.columns, slot, video, nth < mostCompared ? model?.index?.vectors : undefined)
      }
      factors[row] = factor
    }
  },
})

/** From 0 to 1. */
function likeness(columns: VideoColumns, slot: number, other: number, vectors: VectorReader | undefined): number {
  if (columns.creator[slot] === columns.creator[other] && columns.creator[slot] !== 0) return 1
  const cosine = vectors?.similarity(slot, other) ?? 0
  return Math.max(shareOfCategories(columns, slot, other), (cosine - leastCosine) / (1 - leastCosine))
}

/** The overlap coefficient: of the categories of the one with fewer, those of both. */
function shareOfCategories(columns: VideoColumns, slot: number, other: number): number {
  let [both, own, others] = [0, 0, 0]
  for (let nth = 0; nth < categoriesPerVideo; nth++) {
    const category = columns.categories[slot * categoriesPerVideo + nth]!
    if (category !== 0) own++
    if (category !== 0 && columns.hasCategory(other, category)) both++
    if (columns.categories[other * categoriesPerVideo + nth] !== 0) others++
  }
  return both === 0 ? 0 : both / Math.min(own, others)
}

/** The latest first. */
function dislikes({ count, videos, outcomes, timesS }: History, nowS: number, halfLifeS: number): Dislike[] {
  const found: Dislike[] = []
  for (let at = count - 1; at >= 0 && found.length < mostDislikes; at--) {
    if ((outcomes[at]! & bad) === 0) continue
    const leaves = (outcomes[at]! & refused) === 0 ? dislikeLeaves : notInterestedLeaves
    found.push({ video: videos[at]!, takes: (1 - leaves) * 0.5 ** ((nowS - timesS[at]!) / halfLifeS) })
  }
  return found
}
