import { gapsAfter } from '../lake/whole-log.ts'
import type { Extent, Place } from '../ports/event-log.ts'

/** Reading so many records takes about as long as fetching a snapshot. */
const worthwhileRecords = 200_000

/** Whether a state at these positions can be of a log that holds this. */
export const isOfLog = (positions: readonly Place[], extents: readonly Extent[]): boolean =>
  positions.every(({ topic, partition, offset }) => extents.some((each) => isAt(each, { topic, partition }) && offset <= each.end))

/** Whether to go on from these positions is better than from one's own: none where there is no state yet. */
export function isWorthwhile(positions: readonly Place[], own: readonly Place[], extents: readonly Extent[]): boolean {
  if (own.length === 0) return true
  const ahead = positions.reduce((sum, place) => sum + place.offset - (own.find((each) => isAt(each, place))?.offset ?? 0), 0)
  return ahead >= worthwhileRecords || (ahead > 0 && gapsAfter(own, extents).length > 0)
}

/** What no snapshot is ahead of. */
export const endsOf = (extents: readonly Extent[]): Place[] =>
  extents.map(({ topic, partition, end }) => ({ topic, partition, offset: end }))

const isAt = (a: Pick<Place, 'topic' | 'partition'>, b: Pick<Place, 'topic' | 'partition'>): boolean =>
  a.topic === b.topic && a.partition === b.partition
