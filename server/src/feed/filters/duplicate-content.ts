import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes other uploads of what was shown lately. Two of them among the candidates are kept apart by the diversity of the page. */
export const duplicateContent = ({ catalog }: FeedParts): FeedFilter => ({
  name: 'duplicate_content',
  enabled: (query) => query.recentContent.size > 0,
  removes(query, candidates, row) {
    return query.recentContent.has(catalog.columns.content[candidates.item[row]!]!)
  },
})
