import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseen } from './unseen.ts'

/** Brought for each result wanted, and at least. */
const eachResult = 2
const least = 50

/** What is watched most right now. */
export const trending = (parts: FeedParts): FeedSource => ({
  name: 'trending',
  onFailure: 'skip',
  find: (query, finding) => addUnseen(parts, query, finding, parts.charts.trending, least + eachResult * query.count),
})
