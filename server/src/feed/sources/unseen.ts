import type { Finding } from '../../pipeline/stages.ts'
import type { FeedParts, FeedQuery } from '../feed-pipeline.ts'

/** Adds the first `most` of a list that the person has not seen, however many they have. The score is the place in the list, from 1 down to 0. */
export function addUnseen({ catalog }: FeedParts, query: FeedQuery, finding: Finding, list: readonly number[], most: number): void {
  const { seen } = query.state
  let left = most
  for (let place = 0; place < list.length && left > 0; place++) {
    const slot = list[place]!
    if (seen.has(slot, catalog.ids, query.releasedS)) continue
    finding.add(slot, 1 - place / list.length)
    left--
  }
}
