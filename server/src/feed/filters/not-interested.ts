import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes videos, creators and categories in which the person said they are not interested. What is only like these is suppressed by score. */
export const notInterested = ({ catalog }: FeedParts): FeedFilter => ({
  name: 'not_interested',
  enabled: ({ unwanted }) => unwanted.videos.size + unwanted.creators.size + unwanted.categories.size > 0,
  removes({ unwanted }, candidates, row) {
    const slot = candidates.item[row]!
    const { creator, categories } = catalog.columns
    if (unwanted.videos.has(slot) || unwanted.creators.has(creator[slot]!)) return true
    for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++)
      if (unwanted.categories.has(categories[at]!)) return true
    return false
  },
})
