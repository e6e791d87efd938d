import type { Timestamp } from '../generated/google/protobuf/timestamp.ts'

/** A time in s since 1970, as messages have it. */
export const secondsAt = (timeS: number): Timestamp => ({ seconds: BigInt(timeS), nanos: 0 })

/** A time in ms since 1970; undefined stays undefined. */
export function momentAt(timeMs: number): Timestamp
export function momentAt(timeMs: number | undefined): Timestamp | undefined
export function momentAt(timeMs: number | undefined): Timestamp | undefined {
  return timeMs === undefined ? undefined : { seconds: BigInt(Math.floor(timeMs / 1_000)), nanos: (timeMs % 1_000) * 1e6 }
}
