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
    const known = Array.from(charts.byCategory.keys(), (category) => ({
      category,
      plays: query.categoryRecord(category).plays,
      order: random(),
    }))
    for (const { category } of known.sort((a, b) => a.plays - b.plays || a.order - b.order).slice(0, categories)) {
      addUnseen(parts, query, finding, charts.byCategory.get(category)!, videosEach)
    }
  },
})
