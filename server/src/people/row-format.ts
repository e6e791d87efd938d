import { decodePerson, encodePerson, type VideoIds } from './person-codec.ts'
import { PersonState } from './person-state.ts'
import { decodeShared, encodeShared } from './shared-row.ts'

/** How a person's state lies in a row, and what somebody without one is. The filter of what was seen long ago lies apart. */
export interface RowFormat {
  decode(row: Uint8Array | undefined, ids: VideoIds): PersonState
  encode(state: PersonState, ids: VideoIds): Uint8Array
}

/** Of a server that has its people for itself. */
export const ownRows: RowFormat = {
  decode: (row, ids) => (row === undefined ? new PersonState() : decodePerson(row, ids)),
  encode: encodePerson,
}

/** Of people that servers share. */
export const sharedRows: RowFormat = { decode: decodeShared, encode: encodeShared }
