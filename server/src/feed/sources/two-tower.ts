import type { FeedParts, FeedSource } from '../feed-pipeline.ts'

/** Of the candidates that a request may have, this share comes from here. */
const share = 0.7
/** What was seen is among the nearest: so many more are looked for, for each that is wanted. */
const mostSeen = 0.5

/** The nearest neighbours of the person's vector. */
export const twoTower = ({ catalog, mostCandidates }: FeedParts): FeedSource => ({
  name: 'two_tower',
  onFailure: 'skip',
  enabled: (query) => query.personVector !== undefined,
  async find({ model, personVector, releasedS, state }, finding, signal) {
    const most = Math.floor(share * mostCandidates)
    const more = Math.min(Math.floor(mostSeen * most), state.seen.count)
    const { items, scores } = await model!.index!.search(personVector!, most + more, signal)
    let left = most
    for (let place = 0; place < items.length && left > 0; place++) {
      const slot = items[place]!
      if (state.seen.has(slot, catalog.ids, releasedS)) continue
      finding.add(slot, scores[place]!)
      left--
    }
  },
})
