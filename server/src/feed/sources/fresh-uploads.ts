import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseen } from './unseen.ts'

const most = 30

/** The newest videos. */
export const freshUploads = (parts: FeedParts): FeedSource => ({
  name: 'fresh_uploads',
  onFailure: 'skip',
  find: (query, finding) => addUnseen(parts, query, finding, parts.charts.fresh, most),
})
