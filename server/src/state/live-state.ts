import {
  ControlRecord,
  EventRecord,
  type FeatureRecord,
  type ImportProgress,
  SlateRecord,
  VideoRecord,
} from '../generated/vireo/record/v1/records.ts'
import { decodeFeatures } from '../lake/feature-decoder.ts'
import type { Place, StoredRecord, Topic } from '../ports/event-log.ts'
import { type Before, countDone, countServed, type SharedParts } from './shared-effects.ts'

/** What people's state says of records, or what was stamped on them. */
export interface PersonalState {
  /** A page was served, with these videos; whether that is new. */
  served(slate: SlateRecord, slots: readonly number[], place: Place): boolean
  /** Something was done, with this video or with none (-1). Undefined where that was known. */
  did(event: EventRecord, slot: number): Before | undefined
}

/** What the log's records have made of the state so far, and how they go on to change it. */
export interface StateParts extends SharedParts {
  readonly people: PersonalState
}

/** Is told of what is new to the state, once that has changed; must not throw. */
export interface StateObserver {
  slate(slate: SlateRecord): void
  event(event: EventRecord): void
  /** The bytes of a `FeatureRecord`, after its slate. */
  vectors(value: Uint8Array): void
}

export type Message = EventRecord | SlateRecord | VideoRecord | ControlRecord | FeatureRecord

/** Reads a record's value. */
export const decoders: Readonly<Record<Topic, (value: Uint8Array) => Message>> = {
  events: (value) => EventRecord.decode(value),
  served: (value) => SlateRecord.decode(value),
  catalog: (value) => VideoRecord.decode(value),
  control: (value) => ControlRecord.decode(value),
  features: decodeFeatures,
}

/**
 * Folds the log into the state: catalogue, people, counters, tiles, co-watching, exploration. It does the same whether
 * records are new or replayed, and does nothing for a record that it has seen.
 */
export class LiveState {
  readonly parts: StateParts
  readonly observers: StateObserver[] = []
  /** The newest progress of each import. */
  readonly imports = new Map<string, ImportProgress>()
  readonly #positions = new Map<string, Place>()
  /** By key: the offset of what was applied ahead. */
  readonly #ahead = new Map<string, number>()

  constructor(parts: StateParts) {
    this.parts = parts
  }

  /** The next offset of each partition, for those that have been read. */
  positions(): Place[] {
    return [...this.#positions.values()]
  }

  /** Goes on from stored positions. What `control` says is not stored, so it is read from its beginning. */
  resumeAt(positions: readonly Place[]): void {
    for (const place of positions) if (place.topic !== 'control') this.#positions.set(`${place.topic}/${place.partition}`, place)
  }

  /** Applies a record, whose message may be at hand already. */
  apply(record: StoredRecord, known?: Message): void {
    const { topic, partition, offset } = record
    const key = `${topic}/${partition}`
    if (offset < (this.#positions.get(key)?.offset ?? 0)) return
    this.#positions.set(key, { topic, partition, offset: offset + 1 })
    // Vectors are for training, and change nothing.
    if (topic === 'features') {
      for (const observer of this.observers) observer.vectors(record.value)
      return
    }
    const message = known ?? decoders[topic](record.value)
    // Not the record itself: its value would stay in memory with the place.
    const place = { topic, partition, offset }
    if (topic === 'events') this.#did(message as EventRecord)
    else if (topic === 'served') this.#served(message as SlateRecord, place)
    else if (topic === 'catalog') this.#catalogued(record, message as VideoRecord)
    else if (topic === 'control') this.#controlled(message as ControlRecord, record.key)
  }

  /**
   * Applies a record of videos before those that lie before it are. Until these have been read, too, what they say of its
   * key is passed over.
   */
  applyAhead({ key, offset, topic, value }: StoredRecord, known?: Message): void {
    if (topic !== 'catalog' || offset < (this.#ahead.get(key) ?? 0)) return
    this.#ahead.set(key, offset)
    this.parts.catalog.put(((known ?? decoders.catalog(value)) as VideoRecord).video!)
  }

  #catalogued({ key, offset }: StoredRecord, { video }: VideoRecord): void {
    const ahead = this.#ahead.get(key)
    if (ahead === undefined || offset > ahead) this.parts.catalog.put(video!)
    if (ahead !== undefined && offset >= ahead) this.#ahead.delete(key)
  }

  /** A change of a video's state is in the catalogue already: read again after later changes, it would undo them. */
  #controlled({ change }: ControlRecord, key: string): void {
    if (change?.$case === 'importProgress') this.imports.set(key, change.value)
  }

  #served(slate: SlateRecord, place: Place): void {
    const { catalog, people } = this.parts
    const slots = slate.items.map(({ videoId }) => catalog.ids.find(videoId))
    if (!people.served(slate, slots, place)) return
    countServed(this.parts, slate, slots)
    for (const observer of this.observers) observer.slate(slate)
  }

  #did(event: EventRecord): void {
    const slot = event.videoId === '' ? -1 : this.parts.catalog.ids.find(event.videoId)
    const before = this.parts.people.did(event, slot)
    if (before === undefined) return
    countDone(this.parts, event, slot, before)
    for (const observer of this.observers) observer.event(event)
  }
}
