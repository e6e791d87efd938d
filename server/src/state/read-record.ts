import { VireoError } from '../errors.ts'
import { ControlRecord, EventRecord, type FeatureRecord, SlateRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import { VideoState } from '../generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { decodeFeatures } from '../lake/feature-decoder.ts'
import { MessageReader } from '../message-reader.ts'
import type { Topic } from '../ports/event-log.ts'

export type Message = EventRecord | SlateRecord | VideoRecord | ControlRecord | FeatureRecord

/** Reads a record's value, whatever it says. */
export const decoders: Readonly<Record<Topic, (value: Uint8Array) => Message>> = {
  events: (value) => EventRecord.decode(new MessageReader(value)),
  served: (value) => SlateRecord.decode(new MessageReader(value)),
  catalog: (value) => VideoRecord.decode(new MessageReader(value)),
  control: (value) => ControlRecord.decode(value),
  features: decodeFeatures,
}

const eventTypes: ReadonlySet<number> = new Set(Object.values(Type).filter((type) => type > Type.Nothing))
const videoStates: ReadonlySet<number> = new Set(Object.values(VideoState).filter((state) => state >= 0))
/** The end of the year 9999. */
const lastTimeMs = 253_402_300_799_999

/**
 * Reads a record's value as the state can apply it; a record of an older version is one, with what that did not have unset.
 * Throws `RECORD_UNREADABLE`; `RECORD_NEWER` where it says what only a later version knows; `RECORD_INVALID` where it lacks
 * what it must have.
 */
export function readRecord(topic: Topic, value: Uint8Array): Message {
  let message: Message
  try {
    message = decoders[topic](value)
  } catch (cause) {
    throw unusable('RECORD_UNREADABLE', `The bytes are no record of ${topic}: ${(cause as Error).message}`, cause)
  }
  if (topic === 'events') checkEvent(message as EventRecord)
  else if (topic === 'served') checkSlate(message as SlateRecord)
  else if (topic === 'catalog') checkVideo(message as VideoRecord)
  else if (topic === 'control') checkControl(message as ControlRecord)
  return message
}

function checkEvent({ person, timeMs, type }: EventRecord): void {
  if (person === '') throw invalid('an event has a person')
  checkTime(timeMs)
  if (type === Type.Nothing) throw invalid('an event has a type')
  if (!eventTypes.has(type)) throw newer(`events of type ${type}`)
}

function checkSlate({ person, timeMs }: SlateRecord): void {
  if (person === '') throw invalid('a page has a person')
  checkTime(timeMs)
}

function checkVideo({ video }: VideoRecord): void {
  if (video === undefined || video.videoId === '') throw invalid('a change of a video has the video')
  if (!videoStates.has(video.state)) throw newer(`videos in state ${video.state}`)
}

function checkControl({ change }: ControlRecord): void {
  if (change === undefined) throw newer('this change')
}

function checkTime(timeMs: number): void {
  if (timeMs < 0 || timeMs > lastTimeMs) throw invalid(`a time lies within the years 1970 to 9999, not at ${timeMs} ms`)
}

const invalid = (must: string) => unusable('RECORD_INVALID', `The record is not what it should be: ${must}`)
const newer = (what: string) => unusable('RECORD_NEWER', `This version does not know ${what}: a later one wrote the record`)
const unusable = (code: string, message: string, cause?: unknown) =>
  new VireoError({ code, message, fault: 'server', retryable: false, cause })
