import { greatest, latest, least, sum } from '../language/aggregation.ts'
import { col, each, known, lit, max, sub } from '../language/expression.ts'
import { defineView, type View } from '../language/view.ts'
import { impressions } from '../streams/impressions.ts'
import { watches } from '../streams/watches.ts'

const said = { meaning: 'something', unit: 'pieces' }
const watchMs = known(col('watch_ms'))
const windows = ['10m', '1h', '24h', '30d', 'all'] as const
/** What the feed's views have not: extremes, the latest, three parts of a key, differences. */
export const otherViews: readonly View[] = [
  defineView({
    name: 'extremes',
    version: 1,
    entity: { creator_id: col('creator_id'), category: each(col('categories')), surface: col('surface') },
    from: watches,
    aggregations: {
      least: least(watchMs, said),
      greatest: greatest(watchMs, said),
      last: latest(sub(watchMs, lit(5_000)), said),
      between: sum(max(sub(known(col('length_ms')), watchMs), watchMs), said),
    },
    windows,
  }),
  defineView({
    name: 'last_lengths',
    version: 1,
    entity: { person: col('person') },
    from: impressions,
    aggregations: { last: latest(known(col('length_ms')), said) },
    windows,
  }),
]
