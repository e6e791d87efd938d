import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import type { CategoryRecord } from '../../exploration/category-draw.ts'
import type { History } from '../../people/history.ts'
import { outcome } from '../../people/outcomes.ts'
import type { FeedHydrator, FeedParts } from '../feed-pipeline.ts'

const none: CategoryRecord = { plays: 0, watches: 0 }

/** How much the person watched of each category, worked out when a stage asks for it. */
export const interests = ({ catalog }: FeedParts): FeedHydrator => ({
  name: 'interests',
  onFailure: 'skip',
  hydrate(query) {
    let records: Map<number, { plays: number; watches: number }> | undefined
    query.categoryRecord = (category) => {
      records ??= recordsOf(query.state.history, catalog.columns.categories)
      return records.get(category) ?? none
    }
  },
})

/** Of a history, by the catalogue's number of the category. */
export function recordsOf({ count, videos, outcomes }: History, categories: Uint16Array) {
  const records = new Map<number, { plays: number; watches: number }>()
  for (let entry = 0; entry < count; entry++) {
    const video = videos[entry]!
    if ((outcomes[entry]! & outcome.watched) === 0) continue
    for (let at = video * categoriesPerVideo; at < (video + 1) * categoriesPerVideo; at++) {
      const category = categories[at]!
      if (category === 0) continue
      const record = records.get(category) ?? { plays: 0, watches: 0 }
      record.plays++
      if (outcomes[entry]! & (outcome.watched10s | outcome.longView)) record.watches++
      records.set(category, record)
    }
  }
  return records
}
