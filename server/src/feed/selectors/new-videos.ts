import type { FeedParts, FeedSelector } from '../feed-pipeline.ts'
import { fit, fitOf, windowLength } from './window.ts'

/**
 * Keeps the share of new videos where draws fail: a position that was to explore, and whose draw may not be shown, takes the
 * best-ranked video that is in the flow. It explores nothing, and has no propensity; what was drawn stays in its position.
 */
export const newVideos = ({ catalog, flow }: Pick<FeedParts, 'catalog' | 'flow'>): FeedSelector => ({
  name: 'new_videos',
  enabled: (query) => query.explored.length > 0,
  select(query, candidates, _ranked, page) {
    const { columns } = catalog
    const { item, live, rows } = candidates
    const { propensity, score } = candidates.columns
    const isNew = (row: number) => flow.bucketOf(item[row]!) !== undefined
    const drawn = new Set(query.explored.map(({ slot }) => slot))
    const filled = [...page]
    for (const { position } of query.explored) {
      const given = filled[position]
      if (given === undefined || propensity[given]! > 0 || isNew(given)) continue
      const near = filled.slice(Math.max(0, position - windowLength + 1), position + windowLength).filter((row) => row !== given)
      const others = near.map((row) => item[row]!)
      let best = -1
      for (const row of rows.subarray(0, live)) {
        const slot = item[row]!
        if (!isNew(row) || drawn.has(slot) || (best >= 0 && score[row]! <= score[best]!) || filled.includes(row)) continue
        if (columns.content[slot]! > 0 && filled.some((other) => columns.content[item[other]!] === columns.content[slot])) continue
        if (fitOf(columns, slot, others) === fit.well) best = row
      }
      if (best >= 0) filled[position] = best
    }
    return filled
  },
})
