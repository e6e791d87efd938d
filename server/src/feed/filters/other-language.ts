import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes videos in another language than the one that the request names. Those without a language suit everybody. */
export const otherLanguage = ({ catalog }: FeedParts): FeedFilter => ({
  name: 'other_language',
  enabled: (query) => query.language !== 0,
  removes(query, candidates, row) {
    const language = catalog.columns.language[candidates.item[row]!]!
    return language !== 0 && language !== query.language
  },
})
