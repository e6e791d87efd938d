import { Level } from '../../generated/vireo/v1/feed.ts'
import type { Candidates } from '../../pipeline/candidates.ts'
import type { Column, FeedQuery, FeedScorer } from '../feed-pipeline.ts'

/** How much the smoothed rate of long views counts where no value is known. */
const rateWeight = 0.1
/** A logarithm is not of less. */
const least = 1e-9

/**
 * The score of a feed with a model: the logit of retrieval, plus what co-watching adds, plus β times the logarithm of the value, plus the creator's
 * gain and the session's interest, plus the logarithm of what suppression leaves. The ranker has learned from what was shown and is blind beyond it;
 * retrieval is not. Where either is missing, what is counted stands in for it.
 */
export const finalScore = (): FeedScorer => ({
  name: 'final_score',
  onFailure: 'skip',
  enabled: (query) => query.model !== undefined,
  score(query, { columns, live, rows }) {
    const { settings } = query
    const { co_watching, creator_value, rate, retrieval, score, session_interest, suppression, value } = columns
    const { isRanked, isRetrieved } = knownOf(query)
    const alone = isRanked && settings.valueWeight === Number.POSITIVE_INFINITY
    const valueWeight = alone ? 1 : settings.valueWeight
    for (let place = 0; place < live; place++) {
      const row = rows[place]!
      // The plain score has suppression in it.
      const found = isRetrieved ? retrieval[row]! + co_watching[row]! + logOf(suppression[row]!) : logOf(score[row]!)
      const worth = isRanked ? valueWeight * logOf(value[row]!) : rateWeight * logOf(rate[row]!)
      score[row] = (alone ? logOf(suppression[row]!) : found) + worth + creator_value[row]! + session_interest[row]!
    }
  },
})

/** What each term adds to the score of a row, when it has one: they sum up to it. Nothing where there is no model. */
export function gainsOf(query: FeedQuery, { columns }: Candidates<Column>, row: number): Record<string, number> {
  if (query.model === undefined) return {}
  const { isRanked, isRetrieved } = knownOf(query)
  const gains: Record<string, number> = {
    ...(isRanked ? { value: query.settings.valueWeight * logOf(columns.value[row]!) } : { rate: rateWeight * logOf(columns.rate[row]!) }),
    creator_value: columns.creator_value[row]!,
    session_interest: columns.session_interest[row]!,
  }
  if (isRetrieved) {
    const { co_watching, retrieval, suppression } = columns
    return { retrieval: retrieval[row]!, co_watching: co_watching[row]!, ...gains, suppression: logOf(suppression[row]!) }
  }
  // The final score has taken the place of the plain one.
  const others = Object.values(gains).reduce((sum, gain) => sum + gain, 0)
  return { plain_score: columns.score[row]! - others, ...gains }
}

/** What there is of a request's candidates: the logit of retrieval, the value. */
const knownOf = ({ features, level, model, personVector }: FeedQuery) => ({
  isRetrieved: personVector !== undefined && features !== undefined,
  isRanked: model!.ranks && features !== undefined && level !== Level.LEVEL_NO_RANKING,
})

const logOf = (number: number) => Math.log(Math.max(least, number))
