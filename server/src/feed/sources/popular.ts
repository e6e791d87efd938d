import type { FeedParts, FeedSource } from '../feed-pipeline.ts'
import { addUnseen } from './unseen.ts'

/** Brought for each result wanted, and at least. */
const eachResult = 2
const least = 50

/** What most people watched in the last week: something for everybody, and what is left when all else fails. */
export const popular = (parts: FeedParts): FeedSource => ({
  name: 'popular',
  onFailure: 'skip',
  find: (query, finding) => addUnseen(parts, query, finding, parts.charts.popular, least + eachResult * query.count),
})
