import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes videos that are limited to other countries; where the request names none, all that are limited. */
export const otherCountry = ({ catalog }: FeedParts): FeedFilter => ({
  name: 'other_country',
  removes: (query, candidates, row) => !catalog.isAllowedIn(candidates.item[row]!, query.country),
})
