import type { Finding } from '../../pipeline/stages.ts'
import type { Neighbours } from '../../ports/vector-index.ts'
import type { FeedParts, FeedQuery } from '../feed-pipeline.ts'

/** Adds the first `most` of a list that the person has not seen, however many they have. The score is the place in the list, from 1 down to 0. */
export function addUnseen(parts: FeedParts, query: FeedQuery, finding: Finding, list: readonly number[], most: number): void {
  add(parts, query, finding, list, most, (place) => 1 - place / list.length)
}

/** The same of neighbours, with their own scores. */
export function addUnseenNeighbours(
  parts: FeedParts,
  query: FeedQuery,
  finding: Finding,
  { items, scores }: Neighbours,
  most: number,
): void {
  add(parts, query, finding, items, most, (place) => scores[place]!)
}

function add(
  { catalog }: FeedParts,
  { releasedS, state }: FeedQuery,
  finding: Finding,
  list: ArrayLike<number>,
  most: number,
  scoreAt: (place: number) => number,
): void {
  let left = most
  for (let place = 0; place < list.length && left > 0; place++) {
    const slot = list[place]!
    if (state.seen.has(slot, catalog.ids, releasedS)) continue
    finding.add(slot, scoreAt(place))
    left--
  }
}
