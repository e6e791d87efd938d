import type { Catalog } from '../catalog/catalog.ts'
import type { EventRecord, SlateRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import { VideoState } from '../generated/vireo/v1/catalog.ts'
import type { PersonState, VideoNumbers } from '../people/person-state.ts'
import type { EventLog, NewRecord, Place, StoredRecord } from '../ports/event-log.ts'
import type { PersonStore } from '../ports/person-store.ts'
import type { RemovedSet } from '../ports/removed-set.ts'
import type { Entry, Ledger, States, Written } from './ledger.ts'
import type { LiveState } from './live-state.ts'
import type { OwnRecords } from './own-records.ts'
import { did, type Effects, wasServed } from './person-effects.ts'
import { decoders, type Message } from './read-record.ts'
import { type Stamped, stamp } from './stamping.ts'

export interface SharedLedgerParts {
  readonly log: EventLog
  readonly people: PersonStore
  readonly removed: RemovedSet
  readonly state: LiveState
  /** Where the log's follower finds what was written here. */
  readonly written: OwnRecords
  readonly catalog: Catalog
  /** How long a record's id is remembered, in s. */
  readonly rememberS: number
  /** Told of each append, for the metrics. */
  readonly appended: (records: number, ms: number) => void
}

/**
 * The way in where several servers share log and people. What a person did or was shown is in the log, stamped with what
 * their state said before, and in their state, when the promise resolves; what everybody shares follows with the log. Of
 * videos, this server knows it then, too.
 */
export class SharedLedger implements Ledger {
  readonly #parts: SharedLedgerParts

  constructor(parts: SharedLedgerParts) {
    this.#parts = parts
  }

  async write(entries: readonly Entry[], signal?: AbortSignal, states?: States): Promise<readonly Written[]> {
    const places: Written[] = new Array(entries.length)
    const groups = Map.groupBy(entries.keys(), (at) => (isPersonal(entries[at]!) ? entries[at]!.key : undefined))
    await Promise.all(
      Array.from(groups, async ([person, members]) => {
        const group = members.map((at) => entries[at]!)
        const written =
          person === undefined ? await this.#ofEverybody(group, signal) : await this.#of(person, group, signal, states?.get(person))
        for (let n = 0; n < members.length; n++) places[members[n]!] = written[n]!
      }),
    )
    return places
  }

  async #ofEverybody(entries: readonly Entry[], signal?: AbortSignal): Promise<readonly Place[]> {
    const places = await this.#append(entries, signal)
    await this.#tellRemoved(entries)
    for (const [at, entry] of entries.entries()) this.#parts.state.applyAhead({ ...entry, ...places[at]! }, entry.message)
    return places
  }

  async #tellRemoved(entries: readonly Entry[]): Promise<void> {
    const { removed } = this.#parts
    const [hidden, shown]: [string[], string[]] = [[], []]
    for (const { message, topic, value } of entries) {
      if (topic !== 'catalog') continue
      const { state, videoId } = ((message ?? decoders.catalog(value)) as VideoRecord).video!
      if (state === VideoState.VIDEO_STATE_CLEARED) shown.push(videoId)
      else if (state !== VideoState.VIDEO_STATE_PENDING) hidden.push(videoId)
    }
    await Promise.all([removed.add(hidden), removed.remove(shown)])
  }

  async #of(person: string, entries: readonly Entry[], signal?: AbortSignal, known?: PersonState): Promise<readonly Written[]> {
    const { catalog, people, rememberS } = this.#parts
    const messages = entries.map(({ message, topic, value }) => message ?? (topic === 'features' ? undefined : decoders[topic](value)))
    const hasEvents = entries.some(({ topic }) => topic === 'events')
    const state = hasEvents ? (known ?? (await people.read(person))) : undefined
    const stamped = state && stamp(entries, messages, state, catalog.ids, rememberS)
    const places = await this.#append(stamped?.records ?? entries, signal)
    this.#keepOwn(places, messages, stamped)
    const apply = (own: PersonState, videos: VideoNumbers) => {
      const effects = { videos, rememberS }
      return entries.map(({ topic }, at): Written => {
        const [message, place] = [messages[at], places[at]!]
        if (topic === 'served') served(own, message as SlateRecord, place, effects)
        if (topic !== 'events') return place
        return { ...place, isKnown: did(own, message as EventRecord, videoOf(message as EventRecord, videos), effects) === undefined }
      })
    }
    if (!stamped?.isWhole) return people.change(person, apply)
    const result = places.map(
      ({ offset, partition, topic }, at): Written => ({ topic, partition, offset, isKnown: stamped.before[at] === undefined }),
    )
    return people.change(person, apply, { state: state!, result })
  }

  async heal({ key, offset, partition, topic }: StoredRecord, message: Message): Promise<void> {
    if (topic !== 'events' && topic !== 'served') return
    const { people, rememberS } = this.#parts
    await people.change(key, (state, videos) => {
      const effects = { videos, rememberS }
      if (topic === 'served') served(state, message as SlateRecord, { topic, partition, offset }, effects)
      else did(state, message as EventRecord, videoOf(message as EventRecord, videos), effects)
    })
  }

  #keepOwn(places: readonly Place[], messages: readonly (Message | undefined)[], stamped: Stamped | undefined): void {
    const { state, written } = this.#parts
    for (let at = 0; at < places.length; at++) {
      const message = messages[at]
      if (message !== undefined && !state.isApplied(places[at]!)) written.add(places[at]!, { message, before: stamped?.before[at] })
    }
  }

  async #append(records: readonly NewRecord[], signal?: AbortSignal): Promise<readonly Place[]> {
    const started = performance.now()
    const places = await this.#parts.log.append(records, signal)
    this.#parts.appended(records.length, performance.now() - started)
    return places
  }
}

const videoOf = ({ videoId }: EventRecord, videos: Pick<VideoNumbers, 'find'>) => (videoId === '' ? -1 : videos.find(videoId))

function served(state: PersonState, slate: SlateRecord, place: Place, effects: Effects & { videos: VideoNumbers }): void {
  const shown = slate.items.map(({ videoId }) => effects.videos.find(videoId))
  wasServed(state, slate, shown, place, effects)
}

const isPersonal = ({ topic }: NewRecord) => topic === 'events' || topic === 'served' || topic === 'features'
