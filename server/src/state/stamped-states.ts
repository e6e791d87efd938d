import type { Catalog } from '../catalog/catalog.ts'
import type { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { type Hash64, TextHash } from '../hash.ts'
import type { PersonalState } from './live-state.ts'
import { RecentKeys } from './recent-keys.ts'
import type { Before } from './shared-effects.ts'

/** Records that are told from repetitions: hours of a busy log, in 16 MiB. */
const mostRemembered = 500_000

/**
 * What people's state said when a record was accepted, for a server that does not keep people itself: it is stamped on the
 * record. A record that is in the log twice, because whoever accepted it died before saying so, counts once.
 */
export class StampedStates implements PersonalState {
  readonly #ids: Catalog['ids']
  readonly #known = new RecentKeys(mostRemembered)

  constructor(ids: Catalog['ids']) {
    this.#ids = ids
  }

  served(slate: SlateRecord): boolean {
    return this.#isNew(slate.person, slate.slateId)
  }

  did(event: EventRecord, slot: number, before?: Before): Before | undefined {
    if (!this.#isNew(event.person, event.eventId)) return undefined
    if (before !== undefined) return before
    const neighbourOf = this.#slotsOf(event.neighbourOf)
    const neighbours = this.#slotsOf(event.neighbours)
    return { liked: event.likedBefore, paired: slot < 0 ? undefined : { video: slot, neighbourOf, neighbours } }
  }

  forget(person: string, id: string): void {
    const { high, low } = keyOf(person, id)
    this.#known.delete(high, low)
  }

  #isNew(person: string, id: string): boolean {
    const { high, low } = keyOf(person, id)
    return this.#known.add(high, low)
  }

  #slotsOf(videoIds: readonly string[]): number[] {
    return videoIds.map((id) => this.#ids.find(id)).filter((slot) => slot >= 0)
  }
}

const text = new TextHash()

const keyOf = (person: string, id: string): Hash64 => text.begin().add(person).add('\0').add(id).end()
