import type { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { Place } from '../ports/event-log.ts'
import type { PersonStore } from '../ports/person-store.ts'
import { did, wasServed } from './person-effects.ts'

/**
 * Writes what records say of people to a store that processes share. Each says whether it was new there; it is in force,
 * for every process, when it resolves. Records may come again and in any order.
 */
export class SharedPeople {
  readonly #people: PersonStore
  readonly #rememberS: number

  /** `rememberS` is how long records are remembered, in s: the horizon of accepted events and an hour. */
  constructor(people: PersonStore, rememberS: number) {
    this.#people = people
    this.#rememberS = rememberS
  }

  async served(slate: SlateRecord, place: Place): Promise<boolean> {
    return this.#people.change(slate.person, (person, videos) => {
      const shown = slate.items.map(({ videoId }) => videos.find(videoId))
      return wasServed(person, slate, shown, place, { videos, rememberS: this.#rememberS })
    })
  }

  async did(event: EventRecord): Promise<boolean> {
    return this.#people.change(event.person, (person, videos) => {
      const video = event.videoId === '' ? -1 : videos.find(event.videoId)
      return did(person, event, video, { videos, rememberS: this.#rememberS }) !== undefined
    })
  }
}
