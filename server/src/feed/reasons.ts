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

/** Sources that begin with what the person did. */
const personal = new Set(['two_tower', 'near_liked', 'more_like_this'])
const seedsLookedAt = 10
/** Two videos are like each other, as people see it, from this cosine of their vectors on. */
const leastCosine = 0.5

/** Why a result is on the page, in a few plain words. */
export function reasonFor(
  query: FeedQuery,
  candidates: Candidates<Column>,
  row: number,
  source: string,
  { catalog, coWatch }: Pick<FeedParts, 'catalog' | 'coWatch'>,
): string {
  if (candidates.columns.unexpectedness[row]! > 0) return bySource.other_categories!
  if (!personal.has(source)) return bySource[source] ?? ''
  const slot = candidates.item[row]!
  const vectors = query.model?.index?.vectors
  const isByVector = source !== 'more_like_this' && vectors !== undefined
  let strongest = -1
  let most = 0
  for (const { video, weight } of query.seeds.slice(0, seedsLookedAt)) {
    const likeness = isByVector ? vectors.similarity(video, slot) - leastCosine : coWatch.similarity(video, slot)
    if (weight * likeness <= most) continue
    strongest = video
    most = weight * likeness
  }
  return strongest < 0 ? bySource[source]! : `Because you watched “${catalog.video(strongest).title}”`
}
