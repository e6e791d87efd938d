import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import { isPositive, outcome } from '../../people/outcomes.ts'
import type { PersonState } from '../../people/person-state.ts'
import type { FeedParts, FeedScorer } from '../feed-pipeline.ts'

/** Plays that the session's own rate counts for in a category's. */
const categoryPrior = 4
/** Plays that the usual rate counts for in the session's. */
const sessionPrior = 5
/** Of plays, the share that are liked, or watched whole or for 18 s. */
const usualRate = 0.4
/** With so long a history it counts half: the models know such a person. */
const halfAt = 50

const refused = outcome.dislike | outcome.notInterested | outcome.report

interface Tally {
  plays: number
  liked: number
}

/**
 * What the running session says of categories: the logarithm of how much better than the others each of them does in it.
 * Towers and rankers change with every video too, but know little of somebody who has just come.
 */
export const sessionInterest = ({ catalog }: FeedParts): FeedScorer => ({
  name: 'session_interest',
  onFailure: 'skip',
  enabled: (query) => query.model !== undefined && query.settings.sessionWeight > 0,
  score({ nowMs, settings, state }, candidates) {
    const { categories } = catalog.columns
    const all = talliesOf(state, Math.floor(nowMs / 1000), categories)
    if (all.byCategory.size === 0) return
    const rate = (all.liked + sessionPrior * usualRate) / (all.plays + sessionPrior)
    const gains = new Map<number, number>()
    for (const [category, { liked, plays }] of all.byCategory) {
      gains.set(category, Math.log((liked / rate + categoryPrior) / (plays + categoryPrior)))
    }
    const column = candidates.columns.session_interest
    const weight = settings.sessionWeight * (halfAt / (halfAt + state.history.count))
    for (let at = 0; at < candidates.live; at++) {
      const row = candidates.rows[at]!
      const first = candidates.item[row]! * categoriesPerVideo
      let sum = 0
      let count = 0
      for (; count < categoriesPerVideo && categories[first + count] !== 0; count++) {
        sum += gains.get(categories[first + count]!) ?? 0
      }
      column[row] = count === 0 ? 0 : (weight * sum) / count
    }
  },
})

/** Of the session. */
function talliesOf(state: PersonState, nowS: number, categories: Uint16Array): Tally & { byCategory: Map<number, Tally> } {
  const { history } = state
  const startS = state.sessionStartAt(nowS)
  const byCategory = new Map<number, Tally>()
  const all = { plays: 0, liked: 0, byCategory }
  for (let at = history.count - 1; at >= 0 && history.timesS[at]! >= startS; at--) {
    const outcomes = history.outcomes[at]!
    if ((outcomes & (outcome.watched | refused)) === 0) continue
    const liked = isPositive(outcomes) && (outcomes & refused) === 0 ? 1 : 0
    all.plays++
    all.liked += liked
    const first = history.videos[at]! * categoriesPerVideo
    for (let nth = 0; nth < categoriesPerVideo && categories[first + nth] !== 0; nth++) {
      const of = byCategory.get(categories[first + nth]!) ?? { plays: 0, liked: 0 }
      of.plays++
      of.liked += liked
      byCategory.set(categories[first + nth]!, of)
    }
  }
  return all
}
