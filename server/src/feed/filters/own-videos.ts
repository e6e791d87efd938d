import type { FeedFilter, FeedParts } from '../feed-pipeline.ts'

/** Removes the person's own videos: people and creators share their ids. */
export const ownVideos = ({ catalog }: FeedParts): FeedFilter => ({
  name: 'own_videos',
  removes: (query, candidates, row) => query.asCreator >= 0 && catalog.columns.creator[candidates.item[row]!] === query.asCreator,
})
