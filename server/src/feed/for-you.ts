import { type Column, columns, type FeedParts, type FeedPipeline } from './feed-pipeline.ts'
import { aboveAge } from './filters/above-age.ts'
import { alreadySeen } from './filters/already-seen.ts'
import { blockedCreators } from './filters/blocked-creators.ts'
import { duplicateContent } from './filters/duplicate-content.ts'
import { notCleared } from './filters/not-cleared.ts'
import { notInterested } from './filters/not-interested.ts'
import { otherCountry } from './filters/other-country.ts'
import { otherLanguage } from './filters/other-language.ts'
import { ownVideos } from './filters/own-videos.ts'
import { experiments } from './hydrators/experiments.ts'
import { history } from './hydrators/history.ts'
import { interests } from './hydrators/interests.ts'
import { personVector } from './hydrators/person-vector.ts'
import { restrictions } from './hydrators/restrictions.ts'
import { seeds } from './hydrators/seeds.ts'
import { coWatching } from './scorers/co-watching.ts'
import { creatorValue } from './scorers/creator-value.ts'
import { finalScore } from './scorers/final-score.ts'
import { pageFeatures } from './scorers/page-features.ts'
import { plainScore } from './scorers/plain-score.ts'
import { ranking } from './scorers/ranking.ts'
import { retrieval } from './scorers/retrieval.ts'
import { sessionInterest } from './scorers/session-interest.ts'
import { suppression } from './scorers/suppression.ts'
import { diversity } from './selectors/diversity.ts'
import { explorationSlots } from './selectors/exploration-slots.ts'
import { newVideos } from './selectors/new-videos.ts'
import { serendipity } from './selectors/serendipity.ts'
import { servedSlate } from './served-slate.ts'
import { bucketFlow } from './sources/bucket-flow.ts'
import { followedCreators } from './sources/followed-creators.ts'
import { freshUploads } from './sources/fresh-uploads.ts'
import { moreLikeThis } from './sources/more-like-this.ts'
import { nearLiked } from './sources/near-liked.ts'
import { otherCategories } from './sources/other-categories.ts'
import { popular } from './sources/popular.ts'
import { trending } from './sources/trending.ts'
import { twoTower } from './sources/two-tower.ts'

/** The For You feed: what a request goes through, in order. */
export const forYou = (parts: FeedParts): FeedPipeline => {
  const sources = [
    twoTower(parts),
    nearLiked(parts),
    moreLikeThis(parts),
    followedCreators(parts),
    trending(parts),
    popular(parts),
    otherCategories(parts),
    freshUploads(parts),
    bucketFlow(parts),
  ]
  const features = pageFeatures(parts)
  const explores = 1 << sources.findIndex(({ name }) => name === 'bucket_flow')
  return {
    name: 'for_you',
    columns,
    rankBy: 'score' satisfies Column,
    capacity: parts.mostCandidates,
    hydrate: [history(parts), restrictions(parts), experiments(), interests(parts), seeds(), personVector(parts)],
    sources,
    enrich: [],
    filters: [
      notCleared(parts),
      alreadySeen(parts),
      ownVideos(parts),
      blockedCreators(parts),
      notInterested(parts),
      otherLanguage(parts),
      otherCountry(parts),
      aboveAge(parts),
      duplicateContent(parts),
    ],
    scorers: [
      suppression(parts),
      plainScore(parts),
      features.gather,
      retrieval(),
      ranking(parts),
      coWatching(),
      creatorValue(parts),
      sessionInterest(parts),
      finalScore(),
    ],
    selectors: [diversity(parts), serendipity(parts), explorationSlots(parts), newVideos(parts)],
    // Another page for the same person may have been made meanwhile.
    lateFilters: [notCleared(parts), alreadySeen(parts)],
    commit: [
      servedSlate(
        parts,
        sources.map(({ name }) => name),
      ),
    ],
    sideEffects: [features.release],
    ranks: (candidates, row) => candidates.foundBy[row] !== explores,
    wanted: (query) => query.count,
    tieBreak: (slot) => parts.catalog.ids.low[slot]!,
  }
}
