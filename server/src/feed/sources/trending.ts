import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseen } from './unseen.ts'

const most = 150

/** What is watched most right now. */
export const trending = (parts: FeedParts): FeedSource => ({
  name: 'trending',
  onFailure: 'skip',
  find: (query, finding) => addUnseen(parts, query, finding, parts.charts.trending, most),
})
