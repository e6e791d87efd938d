import { hourMs } from '../clock.ts'
import type { EventRecord } from '../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'

/** What a person did with a video, as bits. */
export const outcome = {
  watched: 1,
  /** Watched for 10 s or more. */
  watched10s: 2,
  longView: 4,
  finish: 8,
  skip: 16,
  /** The length was known, so long view and finish are known too. */
  lengthKnown: 32,
  like: 64,
  // From here on what is rare: bits below are stored in one byte.
  share: 128,
  comment: 256,
  follow: 512,
  dislike: 1024,
  notInterested: 2048,
  report: 4096,
  /** Imported without a time of its own. */
  untimed: 8192,
} as const

/** A long view is the whole video or this much of it. */
export const longViewMs = 18_000
export const countedWatchMs = 10_000
export const skipMs = 3_000
export const skipShare = 0.3

/** Within this time one event about a video belongs to the same visit as another. */
export const visitMs = 6 * hourMs

/** The bits that one event sets. Of unknown length: neither long view nor finish. */
export function outcomesOf(event: EventRecord): number {
  switch (event.type) {
    case Type.Watch:
      return watchOutcomes(event) | (event.untimed ? outcome.untimed : 0)
    case Type.Like:
      return outcome.like | (event.untimed ? outcome.untimed : 0)
    case Type.Share:
      return outcome.share
    case Type.Comment:
      return outcome.comment
    case Type.Follow:
      return outcome.follow
    case Type.Dislike:
      return outcome.dislike
    case Type.NotInterested:
      return outcome.notInterested
    case Type.Report:
      return outcome.report
    default:
      return 0
  }
}

function watchOutcomes({ watchMs, lengthMs, sourceLongView }: EventRecord): number {
  if (watchMs === undefined) {
    // An imported log may know the outcome without the time.
    if (sourceLongView === undefined) return outcome.watched
    return outcome.watched | outcome.lengthKnown | (sourceLongView ? outcome.longView : 0)
  }
  let bits: number = outcome.watched
  if (watchMs >= countedWatchMs) bits |= outcome.watched10s
  if (lengthMs === undefined) return watchMs < skipMs ? bits | outcome.skip : bits
  bits |= outcome.lengthKnown
  if (watchMs >= Math.min(lengthMs, longViewMs)) bits |= outcome.longView
  if (watchMs >= lengthMs) bits |= outcome.finish
  if (watchMs < skipMs && watchMs < lengthMs * skipShare) bits |= outcome.skip
  return bits
}

/** Good enough to look for more like it. */
export function isPositive(outcomes: number): boolean {
  return (outcomes & (outcome.longView | outcome.finish | outcome.like | outcome.share | outcome.comment | outcome.follow)) !== 0
}
