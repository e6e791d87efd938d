import type { FeedScorer } from '../feed-pipeline.ts'

/**
 * What co-watching adds to what the towers say: the logarithm of how much more similar a video is to what the person
 * watched than the least similar that was found, times a weight. A video that was not found counts as that one.
 */
export const coWatching = (): FeedScorer => ({
  name: 'co_watching',
  onFailure: 'skip',
  enabled: (query) => query.model !== undefined && query.settings.coWatchWeight > 0,
  score({ settings }, { columns, live, rows }) {
    const { co_watching, similarity } = columns
    let least = Number.POSITIVE_INFINITY
    for (let place = 0; place < live; place++) {
      const similar = similarity[rows[place]!]!
      if (similar > 0 && similar < least) least = similar
    }
    for (let place = 0; place < live; place++) {
      const row = rows[place]!
      const similar = similarity[row]!
      co_watching[row] = similar > 0 ? settings.coWatchWeight * Math.log(similar / least) : 0
    }
  },
})
