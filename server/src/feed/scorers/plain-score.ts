import type { CounterReader } from '../../ports/counter-store.ts'
import type { FeedParts, FeedScorer } from '../feed-pipeline.ts'

/** How much the day's popularity counts. */
const popularityExponent = 0.25
/** A video that nobody played in the last day counts as this much of a play. */
const popularityFloor = 0.1
/** How much a video's rate of long views counts, against the average. */
const rateExponent = 0.1
/** Plays that the average counts for in a video's own rate. */
const ratePrior = 20
/** Of plays, the share that are long views where nothing is known. */
const averageRate = 0.25
/** Weight of popularity alone: it orders what resembles nothing, below all that does. */
const popularityAlone = 1e-9

/**
 * The score of a feed without a model: similarity to what the person was shown and watched, times the day's popularity to a power, times the
 * smoothed rate of long views to a small power, times what suppression leaves. `more_like_this` has put the product
 * of the first two into its score.
 */
export const plainScore = ({ counters }: FeedParts): FeedScorer => ({
  name: 'plain_score',
  onFailure: 'skip',
  score(_query, candidates) {
    const { similarity, popularity, rate, suppression, score } = candidates.columns
    for (let at = 0; at < candidates.live; at++) {
      const row = candidates.rows[at]!
      const slot = candidates.item[row]!
      popularity[row] = popularityOf(counters, slot)
      const longViews = counters.longViewsEver(slot)
      const plays = counters.total('plays', slot) + counters.total('untimedPlays', slot)
      rate[row] = (longViews + ratePrior * averageRate) / (plays + ratePrior)
      const personal = similarity[row]! > 0 ? similarity[row]! : popularityAlone * longViewsOf(counters, slot)
      score[row] = personal * rateFactorOf(longViews, plays) * suppression[row]!
    }
  },
})

/** The last day's popularity, as it counts in the score. */
export function popularityOf(counters: CounterReader, slot: number): number {
  const plays = counters.playsToday(slot)
  return powers[plays] ?? popularityPower(plays)
}

const popularityPower = (plays: number): number => (popularityFloor + plays) ** popularityExponent
/** The same for the counts that most videos have. */
const powers = Float64Array.from({ length: 4_096 }, (_, plays) => popularityPower(plays))

/** The smoothed share of plays that are long views, out of the average, as it counts in the score. */
function rateFactorOf(longViews: number, plays: number): number {
  return (longViewPowers[longViews] ?? longViewPower(longViews)) / (playPowers[plays] ?? playPower(plays))
}

const longViewPower = (longViews: number): number => (longViews / averageRate + ratePrior) ** rateExponent
const playPower = (plays: number): number => (plays + ratePrior) ** rateExponent
const longViewPowers = Float64Array.from({ length: 4_096 }, (_, longViews) => longViewPower(longViews))
const playPowers = Float64Array.from({ length: 4_096 }, (_, plays) => playPower(plays))

/** Long views, of which today's count most. */
function longViewsOf(counters: CounterReader, slot: number): number {
  const ever = counters.longViewsEver(slot)
  // Most videos of a large catalogue: nothing is to be looked for in the windows.
  if (ever === 0) return 0
  return counters.window(24, 'longViews', slot) + counters.window(168, 'longViews', slot) / 7 + 1e-4 * ever
}
