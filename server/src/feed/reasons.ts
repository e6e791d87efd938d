import type { Candidates } from '../pipeline/candidates.ts'
import type { Column, FeedParts, FeedQuery } from './feed-pipeline.ts'

const bySource: Readonly<Record<string, string>> = {
  two_tower: 'Picked for you',
  near_liked: 'Like what you watched lately',
  more_like_this: 'People who watch what you watch liked it',
  followed_creators: 'From a creator you follow',
  trending: 'Trending now',
  popular: 'Popular this week',
  other_categories: 'Something different',
  fresh_uploads: 'Just uploaded',
  bucket_flow: 'New, and looking for its audience',
}

/** Why a result is on the page, in a few plain words. */
export function reasonFor(
  query: FeedQuery,
  candidates: Candidates<Column>,
  row: number,
  source: string,
  { catalog, coWatch }: Pick<FeedParts, 'catalog' | 'coWatch'>,
): string {
  if (candidates.columns.unexpectedness[row]! > 0) return bySource.other_categories!
  if (source !== 'more_like_this') return bySource[source] ?? ''
  const slot = candidates.item[row]!
  let strongest = -1
  let most = 0
  for (let at = 0; at < query.seeds.length && at < seedsLookedAt; at++) {
    const { video, weight } = query.seeds[at]!
    const share = weight * coWatch.similarity(video, slot)
    if (share <= most) continue
    strongest = video
    most = share
  }
  return strongest < 0 ? bySource[source]! : `Because you watched “${catalog.video(strongest).title}”`
}

const seedsLookedAt = 10
