import type { History } from '../../people/history.ts'
import { isPositive } from '../../people/outcomes.ts'
import type { FeedParts, FeedSource } from '../feed-pipeline.ts'

/** The last videos that neighbours are looked for, and how many of each. */
const mostLiked = 3
const neighboursEach = 50

/** The nearest neighbours of the videos that the person last liked or watched to the end. */
export const nearLiked = ({ catalog }: FeedParts): FeedSource => ({
  name: 'near_liked',
  onFailure: 'skip',
  enabled: (query) => query.model?.index !== undefined,
  async find({ model, releasedS, state }, finding, signal) {
    const { index } = model!
    const found = await Promise.all(
      lastLiked(state.history).map((slot) => {
        const vector = new Float32Array(index!.width)
        return index!.vectors.copy(slot, vector) ? index!.search(vector, 2 * neighboursEach, signal) : undefined
      }),
    )
    for (const neighbours of found) {
      let left = neighboursEach
      for (let place = 0; place < (neighbours?.items.length ?? 0) && left > 0; place++) {
        const slot = neighbours!.items[place]!
        if (state.seen.has(slot, catalog.ids, releasedS)) continue
        finding.add(slot, neighbours!.scores[place]!)
        left--
      }
    }
  },
})

/** Slots, the latest first. */
function lastLiked({ count, outcomes, videos }: History): number[] {
  const liked = new Set<number>()
  for (let at = count - 1; at >= 0 && liked.size < mostLiked; at--) if (isPositive(outcomes[at]!)) liked.add(videos[at]!)
  return [...liked]
}
