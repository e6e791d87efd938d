import { OrderedHistory } from './ordered-history.ts'
import { decodePerson, encodePerson, type VideoIds } from './person-codec.ts'
import { PersonState } from './person-state.ts'

/**
 * A person's row that several processes write. The same records give the same bytes in whatever order and however often
 * they come, for as long as repeats are told (73 hours) and fewer than 14,096 videos are kept exactly: from there on it
 * depends on the order which of them only the filter knows. Of two events with the same id the first stands.
 */
export function decodeShared(bytes: Uint8Array | undefined, ids: VideoIds): PersonState {
  const state = new PersonState(new OrderedHistory(ids))
  return bytes === undefined ? state : decodePerson(bytes, ids, state)
}

/** The inverse. It puts in order what came in any. */
export function encodeShared(state: PersonState, ids: VideoIds): Uint8Array {
  state.recentEvents.sort()
  state.recentSlates.sort()
  const kinds = [...state.marks].sort(([a], [b]) => a - b)
  state.marks.clear()
  for (const [kind, marks] of kinds) state.marks.set(kind, new Map([...marks].sort(byTime)))
  return encodePerson(state, ids)
}

function byTime([id, timeS]: readonly [string, number], [otherId, otherS]: readonly [string, number]): number {
  return timeS - otherS || (id < otherId ? -1 : 1)
}
