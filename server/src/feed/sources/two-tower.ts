import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseenNeighbours } from './unseen.ts'

/** Of the candidates that a request may have, this share comes from here. */
const share = 0.7
/** What was seen is among the nearest: so many more are looked for, for each that is wanted. */
const mostSeen = 0.5

/** The nearest neighbours of the person's vector. */
export const twoTower = (parts: FeedParts): FeedSource => ({
  name: 'two_tower',
  onFailure: 'skip',
  enabled: (query) => query.personVector !== undefined,
  async find(query, finding, signal) {
    const most = Math.floor(share * parts.mostCandidates)
    const more = Math.min(Math.floor(mostSeen * most), query.state.seen.count)
    addUnseenNeighbours(parts, query, finding, await query.model!.index!.search(query.personVector!, most + more, signal), most)
  },
})
