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
    // Plays, and chance among equals.
    const known: number[] = []
    const lists: (readonly number[])[] = []
    charts.byCategory.forEach((list, category) => {
      known.push(query.categoryRecord(category).plays + random())
      lists.push(list)
    })
    for (let left = Math.min(categories, known.length); left > 0; left--) {
      let leastKnown = 0
      for (let at = 1; at < known.length; at++) if (known[at]! < known[leastKnown]!) leastKnown = at
      addUnseen(parts, query, finding, lists[leastKnown]!, videosEach)
      known[leastKnown] = Number.POSITIVE_INFINITY
    }
  },
})
