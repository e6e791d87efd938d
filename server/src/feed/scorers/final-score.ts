import { Level } from '../../generated/vireo/v1/feed.ts'
import type { FeedScorer } from '../feed-pipeline.ts'

/** How much the smoothed rate of long views counts where no value is known. */
const rateWeight = 0.1
/** A logarithm is not of less. */
const least = 1e-9

/**
 * The score of a feed with a model: the logit of retrieval, plus β times the logarithm of the value, plus the creator's
 * gain and the session's interest, plus the logarithm of what suppression leaves. The ranker has learned from what was shown and is blind beyond it;
 * retrieval is not. Where either is missing, what is counted stands in for it.
 */
export const finalScore = (): FeedScorer => ({
  name: 'final_score',
  onFailure: 'skip',
  enabled: (query) => query.model !== undefined,
  score({ level, model, personVector, features, settings }, { columns, live, rows }) {
    const { creator_value, rate, retrieval, score, session_interest, suppression, value } = columns
    const isRetrieved = personVector !== undefined && features !== undefined
    const isRanked = model!.ranks && features !== undefined && level !== Level.LEVEL_NO_RANKING
    const alone = isRanked && settings.valueWeight === Number.POSITIVE_INFINITY
    const valueWeight = alone ? 1 : settings.valueWeight
    for (let place = 0; place < live; place++) {
      const row = rows[place]!
      // The plain score has suppression in it.
      const found = isRetrieved ? retrieval[row]! + logOf(suppression[row]!) : logOf(score[row]!)
      const worth = isRanked ? valueWeight * logOf(value[row]!) : rateWeight * logOf(rate[row]!)
      score[row] = (alone ? logOf(suppression[row]!) : found) + worth + creator_value[row]! + session_interest[row]!
    }
  },
})

const logOf = (number: number) => Math.log(Math.max(least, number))
