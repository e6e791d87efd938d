import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes what is pending, taken down or removed: only what was cleared is shown. */
export const notCleared = ({ catalog }: FeedParts): FeedFilter => ({
  name: 'not_cleared',
  removes: (_query, candidates, row) => !catalog.columns.isCleared(candidates.item[row]!),
})
