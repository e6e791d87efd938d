import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { popularityOf } from '../scorers/plain-score.ts'

/** Brought for each result wanted, and at least. */
const eachResult = 6
const least = 100

/** What was good to the people who were shown the same. The most similar are chosen with the day's popularity in view, as they are scored later. */
export const moreLikeThis = ({ coWatch, counters }: FeedParts): FeedSource => ({
  name: 'more_like_this',
  onFailure: 'skip',
  scoreInto: 'similarity',
  enabled: (query) => query.seeds.length > 0,
  find(query, finding) {
    const { releasedS, seeds, state } = query
    coWatch.findSimilar(
      seeds,
      least + eachResult * query.count,
      finding,
      (slot) => popularityOf(counters, slot),
      (drop) => state.seen.forEach(releasedS, drop),
    )
  },
})
