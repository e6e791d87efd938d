import { pairedBy } from '../co-watch/co-watch.ts'
import { contentOf } from '../events/validate.ts'
import type { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { outcome } from '../people/outcomes.ts'
import type { PersonState } from '../people/person-state.ts'
import type { VideoHashes } from '../people/seen.ts'
import type { Place } from '../ports/event-log.ts'
import type { PersonalState } from './live-state.ts'
import type { Before } from './shared-effects.ts'

/** Of whom, and how long records are remembered, in s: the horizon of accepted events and an hour. */
export interface Effects {
  readonly videos: VideoHashes
  readonly rememberS: number
}

/** A page was served, with these videos. False where that was known. */
export function wasServed(
  person: PersonState,
  slate: SlateRecord,
  slots: readonly number[],
  place: Place,
  { rememberS, videos }: Effects,
): boolean {
  if (!person.recentSlates.admit(slate.slateId, 0, Math.floor(slate.timeMs / 1000), rememberS)) return false
  person.served(slate, slots, place, videos)
  person.settle(videos)
  return true
}

/** Something was done, with this video or with none (-1). Undefined where that was known. */
export function did(person: PersonState, event: EventRecord, slot: number, { rememberS, videos }: Effects): Before | undefined {
  const acceptedS = Math.floor((event.acceptedMs || event.timeMs) / 1000)
  if (!person.recentEvents.admit(event.eventId, contentOf(event), acceptedS, rememberS)) return undefined
  const liked = slot >= 0 && person.history.has(slot, outcome.like)
  const change = person.did(event, slot, videos)
  person.settle(videos)
  return { liked, paired: change && pairedBy(person.history, change) }
}

/** What people say whose state is changed right here. */
export const statesOf = (
  people: { change<Result>(person: string, apply: (state: PersonState) => Result): Result },
  effects: Effects,
): PersonalState => ({
  served: (slate, slots, place) => people.change(slate.person, (person) => wasServed(person, slate, slots, place, effects)),
  did: (event, slot) => people.change(event.person, (person) => did(person, event, slot, effects)),
})
