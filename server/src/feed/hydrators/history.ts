import type { FeedHydrator, FeedParts } from '../feed-pipeline.ts'

/** How far back a page looks for what it should differ from. */
const recentLength = 30
/** How far back content counts as shown lately. */
const contentLength = 200

/** What the person was shown lately. */
export const history = ({ catalog }: FeedParts): FeedHydrator => ({
  name: 'history',
  onFailure: 'fail',
  hydrate(query) {
    query.releasedS = query.state.releasedS(Math.floor(query.nowMs / 1000))
    const latest = query.state.seen.latest(contentLength, query.releasedS)
    query.recent = latest.slice(0, recentLength)
    query.recentContent = new Set(latest.map((slot) => catalog.columns.content[slot]!))
    query.recentContent.delete(0)
    query.asCreator = catalog.creators.find(query.person)
  },
})
