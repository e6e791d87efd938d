import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes what this person has been shown before, on any device and in any session. */
export const alreadySeen = ({ catalog, unrecorded }: FeedParts): FeedFilter => ({
  name: 'already_seen',
  removes({ person, releasedS, shown, state }, candidates, row) {
    const slot = candidates.item[row]!
    return state.seen.has(slot, catalog.ids, releasedS) || (shown.size > 0 && shown.has(slot)) || unrecorded.has(person, slot)
  },
})
