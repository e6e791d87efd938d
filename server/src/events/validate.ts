import type { Catalog } from '../catalog/catalog.ts'
import { dayMs, hourMs, minuteMs } from '../clock.ts'
import { InvalidInput } from '../errors.ts'
import type { EventRecord } from '../generated/vireo/record/v1/records.ts'
import { VideoState } from '../generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type, type UserVideoEvent } from '../generated/vireo/v1/events.ts'
import { TextHash } from '../hash.ts'
import type { Tracking } from './tracking.ts'

export interface EventLimits {
  readonly horizonHours: number
  readonly maxFutureMinutes: number
  /** Bytes. */
  readonly idLength: number
}

const knownTypes: ReadonlySet<number> = new Set(Object.values(Type).filter((type) => type > 0))
const needsVideo: ReadonlySet<number> = new Set([
  Type.Watch,
  Type.Like,
  Type.Share,
  Type.Comment,
  Type.Impression,
  Type.Unlike,
  Type.Dislike,
  Type.Report,
])
const longestReason = 1_000

/**
 * The record of an event, with the facts of the video as they are now stamped on it. Throws `InvalidInput` for what
 * can't be accepted.
 */
export function validate(event: UserVideoEvent, nowMs: number, limits: EventLimits, catalog: Catalog, tracking: Tracking): EventRecord {
  if (!knownTypes.has(event.evtType)) {
    throw new InvalidInput(
      'UNKNOWN_EVENT_TYPE',
      'evt_type',
      `Unknown event type ${event.evtType}; see UserVideoEvent.EventType in the contract`,
    )
  }
  checkId('userid', event.userid, limits.idLength)
  if (event.eventId !== '') checkId('event_id', event.eventId, limits.idLength)
  checkTarget(event, limits)
  if (event.reason.length > longestReason) {
    throw new InvalidInput('TEXT_TOO_LONG', 'reason', `The reason has ${event.reason.length} characters; at most ${longestReason} are kept`)
  }
  const timeMs = checkTime(event, nowMs, limits)
  const watchMs = checkWatch(event)
  const slot = event.videoId === '' ? -1 : catalog.ids.find(event.videoId)
  if (event.videoId !== '' && (slot < 0 || catalog.columns.state[slot] === VideoState.VIDEO_STATE_REMOVED)) {
    throw new InvalidInput('UNKNOWN_VIDEO', 'video_id', `There is no video '${event.videoId}': add it to the catalogue first`)
  }
  const tracked = event.tracking === '' ? 'expired' : tracking.read(event.tracking, event.userid, event.videoId, nowMs)
  if (tracked === 'forged') {
    const message = 'The token was not given out for this person and video: send it as it came with the result, or leave it out'
    throw new InvalidInput('TOKEN_INVALID', 'tracking', message)
  }
  const facts = slot < 0 ? undefined : catalog.facts(slot)
  const shown = tracked === 'expired' ? undefined : tracked
  const record: EventRecord = {
    type: event.evtType,
    person: event.userid,
    eventId: event.eventId,
    timeMs,
    videoId: event.videoId,
    creatorId: facts === undefined ? event.creatorId : facts.creatorId,
    lengthMs: facts?.lengthMs,
    categories: facts?.categories ?? [],
    audioId: facts?.audioId ?? '',
    watchMs,
    reason: event.reason,
    slateId: shown?.slateId ?? '',
    position: shown?.position,
    surface: shown === undefined ? event.surface : shown.surface,
    servedHour: shown?.servedHour,
    category: event.category,
    imported: false,
    untimed: false,
    sourceLongView: undefined,
    sourceClick: undefined,
    acceptedMs: nowMs,
    likedBefore: false,
    neighbourOf: [],
    neighbours: [],
  }
  // An event without an id is the same event when all it says is the same.
  if (record.eventId === '') record.eventId = `~${timeMs.toString(36)}.${contentOf(record).toString(36)}`
  return record
}

const content = new TextHash()

/** 32 bits of what an event says, its time apart: that may have been filled in on arrival. */
export function contentOf({ type, videoId, watchMs, category, reason, creatorId }: EventRecord): number {
  content
    .begin()
    .add(String(type))
    .add('|')
    .add(videoId)
    .add('|')
    .add(watchMs === undefined ? '' : String(watchMs))
  content.add('|').add(category).add('|').add(reason).add('|')
  return content.add(videoId === '' ? creatorId : '').end().low
}

/** Throws where an id is missing, is no Unicode or is longer than `most` bytes. */
export function checkId(field: string, id: string, most: number): void {
  if (id === '') throw new InvalidInput('ID_MISSING', field, `${field} is missing`)
  if (!id.isWellFormed())
    throw new InvalidInput('ID_INVALID', field, `${field} holds half of a surrogate pair, which no encoding can carry`)
  // A string has at most 3 bytes of UTF-8 a code unit: most are short enough to need no counting.
  if (id.length * 3 > most && Buffer.byteLength(id) > most) {
    throw new InvalidInput('ID_TOO_LONG', field, `${field} has ${Buffer.byteLength(id)} bytes; at most ${most} are allowed`)
  }
}

function checkTarget(event: UserVideoEvent, { idLength }: EventLimits): void {
  if (event.creatorId !== '') checkId('creator_id', event.creatorId, idLength)
  if (event.category !== '') checkId('category', event.category, idLength)
  if (event.surface !== '') checkId('surface', event.surface, idLength)
  if (event.videoId !== '' || needsVideo.has(event.evtType)) checkId('video_id', event.videoId, idLength)
  else if (event.evtType === Type.NotInterested && event.category !== '') checkId('category', event.category, idLength)
  else checkId('creator_id', event.creatorId, idLength)
}

function checkTime(event: UserVideoEvent, nowMs: number, { horizonHours, maxFutureMinutes }: EventLimits): number {
  if (event.evtTime === undefined) return nowMs
  const timeMs = Number(event.evtTime.seconds) * 1_000 + Math.floor(event.evtTime.nanos / 1e6)
  if (timeMs > nowMs + maxFutureMinutes * minuteMs) {
    const message = `The time lies ${Math.round((timeMs - nowMs) / minuteMs)} minutes ahead; at most ${maxFutureMinutes} are allowed: check the client's clock`
    throw new InvalidInput('EVENT_IN_FUTURE', 'evt_time', message)
  }
  if (timeMs < nowMs - horizonHours * hourMs) {
    throw new InvalidInput('EVENT_TOO_OLD', 'evt_time', `The event is older than ${horizonHours} hours: import it instead`)
  }
  return timeMs
}

function checkWatch({ evtType, watchMs }: UserVideoEvent): number | undefined {
  if (evtType !== Type.Watch || watchMs === undefined) return undefined
  if (watchMs < 0 || watchMs > dayMs) {
    throw new InvalidInput('WATCH_OUT_OF_RANGE', 'watch_ms', `A watch of ${watchMs} ms; 0 to ${dayMs} (a day) is possible`)
  }
  return watchMs
}
