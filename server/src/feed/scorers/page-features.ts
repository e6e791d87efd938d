import { Unavailable } from '../../errors.ts'
import { PageFeatures } from '../../models/serving/page-features.ts'
import { Spares } from '../../models/serving/spares.ts'
import type { SideEffect } from '../../pipeline/stages.ts'
import type { FeedParts, FeedQuery, FeedScorer } from '../feed-pipeline.ts'

/** Gathers what the model reads of the candidates; the log keeps just that of the page. Its memory is used again afterwards. */
export function pageFeatures({ mostCandidates, vectors }: FeedParts): { gather: FeedScorer; release: SideEffect<FeedQuery> } {
  const spares = new Spares(() => new PageFeatures(mostCandidates))
  // What was gathered is read all the same, and the page says that it was not all there.
  const checkStanding = () => {
    if (vectors.isBehind) throw new Unavailable('COUNTS_BEHIND', 'what is counted has not been told for a while')
  }
  return {
    gather: {
      name: 'features',
      onFailure: 'skip',
      enabled: (query) => query.model !== undefined,
      score(query, candidates) {
        const slots = candidates.liveItems()
        const waiting = vectors.ready(query, slots, () => {
          const features = spares.take()
          features.gather(vectors, query, slots)
          query.features = features
        })
        if (waiting !== undefined) return waiting.then(checkStanding)
        checkStanding()
      },
    },
    release: {
      name: 'release_features',
      followsDryRuns: true,
      enabled: (query) => query.features !== undefined,
      run(query) {
        // After a failure a worker may still read it.
        if (!query.features!.isBeingRead) spares.giveBack(query.features!)
        query.features = undefined
      },
    },
  }
}
