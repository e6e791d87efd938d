import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseen } from './unseen.ts'

const categories = 3
const videosEach = 10

/** The best of a few categories that the person knows least of, against the bubble. */
export const otherCategories = (parts: FeedParts): FeedSource => ({
  name: 'other_categories',
  onFailure: 'skip',
  find(query, finding) {
    const { charts } = parts
    const random = query.random('other_categories')
    const lists = [...charts.byCategory]
    // Plays, and chance among equals.
    const known = lists.map(([category]) => query.categoryRecord(category).plays + random())
    const leastKnown = known.map((_, at) => at).sort((a, b) => known[a]! - known[b]!)
    for (const at of leastKnown.slice(0, categories)) addUnseen(parts, query, finding, lists[at]![1], videosEach)
  },
})
