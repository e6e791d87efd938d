import { PersonRow_Kind as MarkKind } from '../../generated/vireo/record/v1/state.ts'
import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseen } from './unseen.ts'

const mostCreators = 50
const videosEach = 5
/** Looked at for each creator. */
const mostLookedAt = 100

/** The newest videos of the creators whom the person follows, the last followed first. */
export const followedCreators = (parts: FeedParts): FeedSource => ({
  name: 'followed_creators',
  onFailure: 'skip',
  enabled: (query) => query.state.marked(MarkKind.KIND_FOLLOWS).size > 0,
  find(query, finding) {
    const { catalog } = parts
    const { uploadedS } = catalog.columns
    const followed = [...query.state.marked(MarkKind.KIND_FOLLOWS).keys()].reverse().slice(0, mostCreators)
    for (const id of followed) {
      const creator = catalog.creators.find(id)
      if (creator < 0) continue
      const videos = catalog.byCreator(creator).take(mostLookedAt).toArray()
      videos.sort((a, b) => uploadedS[b]! - uploadedS[a]! || catalog.ids.low[a]! - catalog.ids.low[b]!)
      addUnseen(parts, query, finding, videos, videosEach)
    }
  },
})
