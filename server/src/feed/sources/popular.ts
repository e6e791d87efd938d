import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseen } from './unseen.ts'

const most = 150

/** What most people watched in the last week: something for everybody, and what is left when all else fails. */
export const popular = (parts: FeedParts): FeedSource => ({
  name: 'popular',
  onFailure: 'skip',
  find: (query, finding) => addUnseen(parts, query, finding, parts.charts.popular, most),
})
