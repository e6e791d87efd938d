import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes videos of creators whom the person has blocked. */
export const blockedCreators = ({ catalog }: FeedParts): FeedFilter => ({
  name: 'blocked_creators',
  enabled: (query) => query.unwanted.blockedCreators.size > 0,
  removes: (query, candidates, row) => query.unwanted.blockedCreators.has(catalog.columns.creator[candidates.item[row]!]!),
})
