import type { Catalog } from '../catalog/catalog.ts'
import { encodedEach } from '../encoded.ts'
import { EventRecord } from '../generated/vireo/record/v1/records.ts'
import type { PersonState } from '../people/person-state.ts'
import type { NewRecord } from '../ports/event-log.ts'
import { did } from './person-effects.ts'
import type { Message } from './read-record.ts'
import type { Before } from './shared-effects.ts'

/** Records of one person whose events were done to their state as it was read. */
export interface Stamped {
  /** In the same order, each event with what the state said before it. */
  readonly records: readonly NewRecord[]
  /** That of each event; undefined where the state knew it, and of other records. */
  readonly before: readonly (Before | undefined)[]
  /** Whether the state is what it is with all of the records: there are events alone, and their videos are known here. */
  readonly isWhole: boolean
}

const blank = EventRecord.fromPartial({})
const none: readonly number[] = []

/** Does events to a state, which it changes, and stamps on their records what nobody can know who does not keep people. */
export function stamp(
  records: readonly NewRecord[],
  messages: readonly (Message | undefined)[],
  state: PersonState,
  ids: Catalog['ids'],
  rememberS: number,
): Stamped {
  const stamped = records.slice()
  const before: (Before | undefined)[] = []
  const stamps: EventRecord[] = []
  const places: number[] = []
  const texts = new Map<number, string>()
  const idOf = (slot: number) => {
    const text = texts.get(slot) ?? ids.id(slot)
    texts.set(slot, text)
    return text
  }
  let isWhole = true
  for (let at = 0; at < records.length; at++) {
    if (records[at]!.topic !== 'events') {
      isWhole = false
      before.push(undefined)
      continue
    }
    const event = messages[at] as EventRecord
    const slot = event.videoId === '' ? -1 : ids.find(event.videoId)
    if (slot < 0 && event.videoId !== '') isWhole = false
    const was = did(state, event, slot, { videos: ids, rememberS })
    before.push(was)
    if (was === undefined || (!was.liked && was.paired === undefined)) continue
    const { neighbourOf = none, neighbours = none } = was.paired ?? {}
    stamps.push({ ...blank, likedBefore: was.liked, neighbourOf: neighbourOf.map(idOf), neighbours: neighbours.map(idOf) })
    places.push(at)
  }
  // Fields that come after all others: the bytes of the whole record end with theirs.
  const begun = places.map((at) => records[at]!.value)
  const values = encodedEach(EventRecord, stamps, begun)
  for (const [n, at] of places.entries()) stamped[at] = { ...records[at]!, value: values[n]! }
  return { records: stamped, before, isWhole }
}
