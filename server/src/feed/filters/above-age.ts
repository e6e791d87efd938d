import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes videos that are rated for older people. */
export const aboveAge = ({ catalog }: FeedParts): FeedFilter => ({
  name: 'above_age',
  removes: (query, candidates, row) => catalog.columns.ageRating[candidates.item[row]!]! > query.age,
})
