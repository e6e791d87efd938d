import type { Candidates } from '../pipeline/candidates.ts'
import type { Column, FeedParts, FeedQuery } from './feed-pipeline.ts'

const bySource: Readonly<Record<string, string>> = {
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
  if (source !== 'more_like_this') return bySource[source] ?? ''
  const slot = candidates.item[row]!
  let [strongest, most] = [-1, 0]
  for (const { video, weight } of query.seeds.slice(0, seedsLookedAt)) {
    const share = weight * coWatch.similarity(video, slot)
    if (share > most) [strongest, most] = [video, share]
  }
  return strongest < 0 ? bySource[source]! : `Because you watched “${catalog.video(strongest).title}”`
}

const seedsLookedAt = 10
