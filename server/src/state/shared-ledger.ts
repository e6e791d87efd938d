import type { Catalog } from '../catalog/catalog.ts'
import { encoded } from '../encoded.ts'
import { EventRecord, type SlateRecord, type VideoRecord } from '../generated/vireo/record/v1/records.ts'
import { VideoState } from '../generated/vireo/v1/catalog.ts'
import type { PersonState, VideoNumbers } from '../people/person-state.ts'
import type { EventLog, NewRecord, Place, StoredRecord } from '../ports/event-log.ts'
import type { PersonStore } from '../ports/person-store.ts'
import type { RemovedSet } from '../ports/removed-set.ts'
import type { Entry, Ledger, States, Written } from './ledger.ts'
import type { LiveState } from './live-state.ts'
import { did, type Effects, wasServed } from './person-effects.ts'
import { decoders, type Message } from './read-record.ts'

export interface SharedLedgerParts {
  readonly log: EventLog
  readonly people: PersonStore
  readonly removed: RemovedSet
  readonly state: LiveState
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
        for (const [i, at] of members.entries()) places[at] = written[i]!
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
    const { people, rememberS } = this.#parts
    const messages = entries.map(({ message, topic, value }) => message ?? (topic === 'features' ? undefined : decoders[topic](value)))
    const state = entries.some(({ topic }) => topic === 'events') ? (known ?? (await people.read(person))) : undefined
    const places = await this.#append(
      entries.map((entry, at) => (entry.topic === 'events' ? this.#stamped(entry, messages[at] as EventRecord, state!) : entry)),
      signal,
    )
    return people.change(person, (state, videos) => {
      const effects = { videos, rememberS }
      return entries.map(({ topic }, at): Written => {
        const [message, place] = [messages[at], places[at]!]
        if (topic === 'served') served(state, message as SlateRecord, place, effects)
        if (topic !== 'events') return place
        return { ...place, isKnown: did(state, message as EventRecord, videoOf(message as EventRecord, videos), effects) === undefined }
      })
    })
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

  /** `state` is as of the event before. */
  #stamped(entry: Entry, event: EventRecord, state: PersonState): NewRecord {
    const { catalog, rememberS } = this.#parts
    const before = did(state, event, videoOf(event, catalog.ids), { videos: catalog.ids, rememberS })
    if (before === undefined) return entry
    const idsOf = (slots: readonly number[] = []) => slots.map((slot) => catalog.ids.id(slot))
    const { liked, paired } = before
    if (!liked && paired === undefined) return entry
    const stamp = { likedBefore: liked, neighbourOf: idsOf(paired?.neighbourOf), neighbours: idsOf(paired?.neighbours) }
    // Fields that come after all others: the bytes of the whole record end with theirs.
    return { ...entry, value: Buffer.concat([entry.value, encoded(EventRecord, EventRecord.fromPartial(stamp))]) }
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
