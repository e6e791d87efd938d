import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import type { History } from '../../people/history.ts'
import { outcome } from '../../people/outcomes.ts'
import type { FeedParts, FeedScorer } from '../feed-pipeline.ts'

/** Time after which a dislike counts half, in s. */
const halfLifeS = 7 * 86_400
/** A fresh dislike of the same creator, and of each category in common, leaves this share of the score. */
const sameCreator = 0.3
const sameCategory = 0.75
/** Dislikes that are looked at, the latest. */
const mostDislikes = 20

/** Lowers what is like videos that the person disliked: by the same creator, in the same categories. */
export const suppression = ({ catalog }: FeedParts): FeedScorer => ({
  name: 'suppression',
  onFailure: 'skip',
  score(query, candidates) {
    const { creator, categories } = catalog.columns
    const disliked = dislikes(query.state.history, query.nowMs / 1000)
    const factors = candidates.columns.suppression
    for (const row of candidates.rows.subarray(0, candidates.live)) {
      const slot = candidates.item[row]!
      let factor = 1
      for (const { video, strength } of disliked) {
        if (creator[slot] === creator[video] && creator[slot] !== 0) factor *= 1 - (1 - sameCreator) * strength
        for (let at = video * categoriesPerVideo; at < (video + 1) * categoriesPerVideo; at++) {
          const category = categories[at]!
          if (category === 0) break
          if (hasCategory(categories, slot, category)) factor *= 1 - (1 - sameCategory) * strength
        }
      }
      factors[row] = factor
    }
  },
})

const bad = outcome.dislike | outcome.notInterested | outcome.report

/** The latest dislikes, and how much each still counts, from 1 down to 0. */
function dislikes({ count, videos, outcomes, timesS }: History, nowS: number): { video: number; strength: number }[] {
  const found = []
  for (let at = count - 1; at >= 0 && found.length < mostDislikes; at--) {
    if (outcomes[at]! & bad) found.push({ video: videos[at]!, strength: 0.5 ** ((nowS - timesS[at]!) / halfLifeS) })
  }
  return found
}

function hasCategory(categories: Uint16Array, slot: number, category: number): boolean {
  for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++) if (categories[at] === category) return true
  return false
}
