import QuickLRU from 'quick-lru'
import type { Catalog } from '../catalog/catalog.ts'
import type { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { hash64 } from '../hash.ts'
import type { PersonalState } from './live-state.ts'
import type { Before } from './shared-effects.ts'

/** Records that are told from repetitions: hours of a busy log, in some 100 MB. */
const mostRemembered = 500_000

/**
 * What people's state said when a record was accepted, for a server that does not keep people itself: it is stamped on the
 * record. A record that is in the log twice, because whoever accepted it died before saying so, counts once.
 */
export class StampedStates implements PersonalState {
  readonly #ids: Catalog['ids']
  readonly #known = new QuickLRU<number, true>({ maxSize: mostRemembered })

  constructor(ids: Catalog['ids']) {
    this.#ids = ids
  }

  served(slate: SlateRecord): boolean {
    return this.#isNew(slate.person, slate.slateId)
  }

  did(event: EventRecord, slot: number): Before | undefined {
    if (!this.#isNew(event.person, event.eventId)) return undefined
    const neighbourOf = this.#slotsOf(event.neighbourOf)
    const neighbours = this.#slotsOf(event.neighbours)
    return { liked: event.likedBefore, paired: slot < 0 ? undefined : { video: slot, neighbourOf, neighbours } }
  }

  forget(person: string, id: string): void {
    this.#known.delete(keyOf(person, id))
  }

  #isNew(person: string, id: string): boolean {
    const key = keyOf(person, id)
    if (this.#known.has(key)) return false
    this.#known.set(key, true)
    return true
  }

  #slotsOf(videoIds: readonly string[]): number[] {
    return videoIds.map((id) => this.#ids.find(id)).filter((slot) => slot >= 0)
  }
}

function keyOf(person: string, id: string): number {
  const { high, low } = hash64(`${person}\0${id}`)
  return (high & 0xf_ffff) * 2 ** 32 + low
}
