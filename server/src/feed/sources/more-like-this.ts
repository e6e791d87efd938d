import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { popularityOf } from '../scorers/value.ts'

const most = 400

/** What was good to the people who were shown the same. The most similar are chosen with the day's popularity in view, as they are scored later. */
export const moreLikeThis = ({ catalog, coWatch, counters }: FeedParts): FeedSource => ({
  name: 'more_like_this',
  onFailure: 'skip',
  scoreInto: 'similarity',
  enabled: (query) => query.seeds.length > 0,
  find(query, finding) {
    const { seen } = query.state
    coWatch.findSimilar(query.seeds, most, finding, (slot) =>
      seen.has(slot, catalog.ids, query.releasedS) ? 0 : popularityOf(counters, slot),
    )
  },
})
