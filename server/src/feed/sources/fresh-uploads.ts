import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseen } from './unseen.ts'

const most = 30

/** The newest videos, without those that only their language would remove: the list may be full of them. */
export const freshUploads = (parts: FeedParts): FeedSource => ({
  name: 'fresh_uploads',
  onFailure: 'skip',
  find(query, finding) {
    const { fresh } = parts.charts
    const { language } = parts.catalog.columns
    const fits = (slot: number) => language[slot] === 0 || language[slot] === query.language
    addUnseen(parts, query, finding, query.language === 0 ? fresh : fresh.filter(fits), most)
  },
})
