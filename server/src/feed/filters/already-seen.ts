import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes what this person has been shown before, on any device and in any session. */
export const alreadySeen = ({ catalog, unrecorded }: FeedParts): FeedFilter => ({
  name: 'already_seen',
  removes(query, candidates, row) {
    const slot = candidates.item[row]!
    return query.state.seen.has(slot, catalog.ids, query.releasedS) || query.shown.has(slot) || unrecorded.has(query.person, slot)
  },
})
