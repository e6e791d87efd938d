import type { FeedParts, FeedSelector } from '../feed-pipeline.ts'

/**
 * Puts what was drawn for exploration at its positions, with its propensity. A draw that was filtered out, or that is
 * on the page already, itself or its content, gives its position back to the ranking.
 */
export const explorationSlots = ({ catalog }: Pick<FeedParts, 'catalog'>): FeedSelector => ({
  name: 'exploration_slots',
  enabled: (query) => query.explored.length > 0,
  select(query, candidates, _ranked, page) {
    const { content } = catalog.columns
    const contentOf = (row: number) => content[candidates.item[row]!]!
    const live = candidates.rows.subarray(0, candidates.live)
    const explored = [...page]
    for (const { position, slot, propensity } of query.explored) {
      const row = candidates.rowOf(slot)
      if (row < 0 || !live.includes(row) || explored.includes(row) || position > explored.length) continue
      if (contentOf(row) > 0 && explored.some((other) => contentOf(other) === contentOf(row))) continue
      candidates.columns.propensity[row] = propensity
      explored.splice(position, 0, row)
    }
    return explored.slice(0, query.count)
  },
})
