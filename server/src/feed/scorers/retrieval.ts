import type { FeedScorer } from '../feed-pipeline.ts'

/**
 * The logit of retrieval for all candidates, whichever source found them: the dot product of the towers, and what recent
 * popularity adds. A video that has no vector yet counts as the least of those that have one.
 */
export const retrieval = (): FeedScorer => ({
  name: 'retrieval',
  onFailure: 'skip',
  enabled: (query) => query.personVector !== undefined && query.features !== undefined,
  score({ features, model, personVector }, candidates) {
    const { retrieval } = candidates.columns
    const dots = new Float64Array(candidates.live)
    model!.index!.vectors.dots(personVector!, candidates.liveItems(), dots)
    let least = Number.POSITIVE_INFINITY
    for (let place = 0; place < candidates.live; place++) {
      const row = candidates.rows[place]!
      retrieval[row] = dots[place]! + model!.popularity(features!, place)
      if (retrieval[row]! < least) least = retrieval[row]!
    }
    for (let place = 0; place < candidates.live; place++) {
      const row = candidates.rows[place]!
      if (Number.isNaN(retrieval[row]!)) retrieval[row] = Number.isFinite(least) ? least : 0
    }
  },
})
