import type { IdTable } from '../catalog/id-table.ts'
import { encoded } from '../encoded.ts'
import { EventRecord, type SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { PersonState } from '../people/person-state.ts'
import type { NewRecord, Place } from '../ports/event-log.ts'
import { did, type Effects, wasServed } from '../state/person-effects.ts'
import { type Message, readRecord } from '../state/read-record.ts'

export interface FoldParts {
  /** Who is there so far. */
  readonly people: { change<Result>(person: string, apply: (state: PersonState) => Result): Result }
  readonly ids: IdTable
  /** How long a record's id is remembered, in s. */
  readonly rememberS: number
  /** Whether events get what their person's state said before them. */
  readonly stamps: boolean
}

/** Makes of the records of a log what is known of each person, with the places that they have in the new log. */
export class PeopleFold {
  readonly #parts: FoldParts
  readonly #effects: Effects
  /** Records that nobody can read: they stay as they are. */
  unreadable = 0

  constructor(parts: FoldParts) {
    this.#parts = parts
    this.#effects = { videos: parts.ids, rememberS: parts.rememberS }
  }

  /** The record as it is to be written. */
  take(record: NewRecord, place: Place): NewRecord {
    const { topic, value } = record
    if (topic !== 'served' && topic !== 'events') return record
    let message: Message
    try {
      message = readRecord(topic, value)
    } catch {
      this.unreadable++
      return record
    }
    if (topic === 'events') return this.#did(record, message as EventRecord)
    this.#served(message as SlateRecord, place)
    return record
  }

  #served(slate: SlateRecord, place: Place): void {
    const shown = slate.items.map(({ videoId }) => this.#parts.ids.intern(videoId))
    this.#parts.people.change(slate.person, (person) => wasServed(person, slate, shown, place, this.#effects))
  }

  #did(record: NewRecord, event: EventRecord): NewRecord {
    const { ids, people, stamps } = this.#parts
    const video = event.videoId === '' ? -1 : ids.intern(event.videoId)
    const before = people.change(event.person, (person) => did(person, event, video, this.#effects))
    if (!stamps || before === undefined) return record
    const idsOf = (videos: readonly number[] = []) => videos.map((each) => ids.id(each))
    const { liked, paired } = before
    const stamp = { likedBefore: liked, neighbourOf: idsOf(paired?.neighbourOf), neighbours: idsOf(paired?.neighbours) }
    return { ...record, value: encoded(EventRecord, { ...event, ...stamp }) }
  }
}
