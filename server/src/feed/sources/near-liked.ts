import type { History } from '../../people/history.ts'
import { isPositive } from '../../people/outcomes.ts'
import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseenNeighbours } from './unseen.ts'

/** The last videos that neighbours are looked for, and how many of each. */
const mostLiked = 3
const neighboursEach = 50

/** The nearest neighbours of the videos that the person last liked or watched to the end. */
export const nearLiked = (parts: FeedParts): FeedSource => ({
  name: 'near_liked',
  onFailure: 'skip',
  enabled: (query) => query.model?.index !== undefined,
  async find(query, finding, signal) {
    const { index } = query.model!
    const found = await Promise.all(
      lastLiked(query.state.history).map((slot) => {
        const vector = new Float32Array(index!.width)
        return index!.vectors.copy(slot, vector) ? index!.search(vector, 2 * neighboursEach, signal) : undefined
      }),
    )
    for (const neighbours of found) {
      if (neighbours !== undefined) addUnseenNeighbours(parts, query, finding, neighbours, neighboursEach)
    }
  },
})

/** Slots, the latest first. */
function lastLiked({ count, outcomes, videos }: History): number[] {
  const liked = new Set<number>()
  for (let at = count - 1; at >= 0 && liked.size < mostLiked; at--) if (isPositive(outcomes[at]!)) liked.add(videos[at]!)
  return [...liked]
}
