import { placeOfItemFeature } from '../../models/serving/serving-model.ts'
import type { FeedParts, FeedScorer } from '../feed-pipeline.ts'

const impressions = placeOfItemFeature('creator_impressions_all')

/**
 * What an impression is worth to its creator: the more, the fewer they have had and the likelier it is watched. It fades
 * out with the impressions that count and is never above the weight.
 */
export const creatorValue = ({ ranking }: FeedParts): FeedScorer => ({
  name: 'creator_value',
  onFailure: 'skip',
  enabled: (query) => query.settings.creatorWeight > 0 && query.features !== undefined,
  score({ features, settings }, { columns, live, rows }) {
    for (let place = 0; place < live; place++) {
      const row = rows[place]!
      const lacking = Math.max(0, 1 - features!.item(place, impressions) / ranking.creatorImpressions)
      columns.creator_value[row] = settings.creatorWeight * lacking * columns.long_view[row]!
    }
  },
})
