import { VireoError } from '../errors.ts'
import type {
  ControlRecord,
  EventRecord,
  ImportProgress,
  LetterReplay,
  SlateRecord,
  VideoRecord,
} from '../generated/vireo/record/v1/records.ts'
import { compactedTopics, type Place, type StoredRecord, type Topic } from '../ports/event-log.ts'
import { type DeadLetters, recordOf } from './dead-letters.ts'
import { type Message, readRecord } from './read-record.ts'
import { type Before, countDone, countServed, type SharedParts } from './shared-effects.ts'

/** What people's state says of records, or what was stamped on them. */
export interface PersonalState {
  /** A page was served, with these videos; whether that is new. */
  served(slate: SlateRecord, slots: readonly number[], place: Place): boolean
  /** Something was done, with this video or with none (-1). Undefined where that was known. `before` where that is at hand. */
  did(event: EventRecord, slot: number, before?: Before): Before | undefined
  /** What was new has not been counted: it is new again. Absent where that can't be undone. */
  forget?(person: string, id: string): void
}

/** What the log's records have made of the state so far, and how they go on to change it. */
export interface StateParts extends SharedParts {
  readonly people: PersonalState
  /** Where records go that can't be applied; without it applying them throws. */
  readonly letters?: DeadLetters
  /** Reads records. */
  readonly read?: typeof readRecord
}

/** Is told of what is new to the state, once that has changed; must not throw. */
export interface StateObserver {
  slate(slate: SlateRecord): void
  event(event: EventRecord): void
  /** The bytes of a `FeatureRecord`, after its slate. */
  vectors(value: Uint8Array): void
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
  /** The next offset of each partition, by topic; of those that have been read. */
  readonly #next = new Map<Topic, (number | undefined)[]>()
  /** By key: the offset of what was applied ahead. */
  readonly #ahead = new Map<string, number>()

  constructor(parts: StateParts) {
    this.parts = parts
  }

  /** The next offset of each partition, for those that have been read. */
  positions(): Place[] {
    const places: Place[] = []
    for (const [topic, next] of this.#next) {
      for (const [partition, offset] of next.entries()) if (offset !== undefined) places.push({ topic, partition, offset })
    }
    return places
  }

  /** Goes on from stored positions. What `control` says is not stored, so it is read from its beginning. */
  resumeAt(positions: readonly Place[]): void {
    for (const { offset, partition, topic } of positions) if (topic !== 'control') this.#nextOf(topic)[partition] = offset
  }

  /** Reads a record's value; throws as `readRecord` does. */
  read(topic: Topic, value: Uint8Array): Message {
    return (this.parts.read ?? readRecord)(topic, value)
  }

  /** Whether what lies at a place has been applied, or kept aside. */
  isApplied({ offset, partition, topic }: Place): boolean {
    return offset < (this.#nextOf(topic)[partition] ?? 0)
  }

  /** Applies a record, whose message and what it meets in its person's state may be at hand already, or keeps it aside. */
  apply(record: StoredRecord, known?: Message, before?: Before): void {
    const { topic, partition, offset } = record
    if (this.isApplied(record)) return
    const next = this.#nextOf(topic)
    const { letters } = this.parts
    this.#applyOrKeep(record, known, before)
    next[partition] = offset + 1
    if (letters !== undefined && letters.size > 0 && compactedTopics.has(topic)) letters.overtaken(record)
  }

  #applyOrKeep(record: StoredRecord, known?: Message, before?: Before): boolean {
    try {
      this.#applyOne(record, known, before)
      return true
    } catch (error) {
      const { letters } = this.parts
      if (letters === undefined || (error instanceof VireoError && error.retryable)) throw error
      letters.keep(record, error)
      return false
    }
  }

  #applyOne(record: StoredRecord, known?: Message, before?: Before): void {
    const { topic, value } = record
    // Vectors are for training, and change nothing.
    if (topic === 'features') {
      for (const observer of this.observers) observer.vectors(value)
      return
    }
    const message = known ?? this.read(topic, value)
    if (topic === 'events') this.#did(message as EventRecord, before)
    else if (topic === 'served') this.#served(message as SlateRecord, record)
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
    this.parts.catalog.put(((known ?? this.read('catalog', value)) as VideoRecord).video!)
  }

  #catalogued({ key, offset }: StoredRecord, { video }: VideoRecord): void {
    const ahead = this.#ahead.get(key)
    if (ahead === undefined || offset > ahead) this.parts.catalog.put(video!)
    if (ahead !== undefined && offset >= ahead) this.#ahead.delete(key)
  }

  /** A change of a video's state is in the catalogue already: read again after later changes, it would undo them. */
  #controlled({ change }: ControlRecord, key: string): void {
    if (change?.$case === 'importProgress') this.imports.set(key, change.value)
    else if (change?.$case === 'letterReplay') this.#replayed(change.value)
  }

  /** A record that was kept aside is tried again. Where it was applied in its turn there is nothing of it here. */
  #replayed({ offset, partition, topic }: LetterReplay): void {
    const place = { topic: topic as Topic, partition, offset }
    const letter = this.parts.letters?.get(place)
    if (letter !== undefined && this.#applyOrKeep(recordOf(letter))) this.parts.letters!.settle(place)
  }

  #served(slate: SlateRecord, { offset, partition, topic }: Place): void {
    const { catalog, people } = this.parts
    const slots = slate.items.map(({ videoId }) => catalog.ids.find(videoId))
    // Not the record itself: its value would stay in memory with the place.
    if (!people.served(slate, slots, { topic, partition, offset })) return
    try {
      countServed(this.parts, slate, slots)
    } catch (error) {
      people.forget?.(slate.person, slate.slateId)
      throw error
    }
    for (const observer of this.observers) observer.slate(slate)
  }

  #did(event: EventRecord, known?: Before): void {
    const { catalog, people } = this.parts
    const slot = event.videoId === '' ? -1 : catalog.ids.find(event.videoId)
    const before = people.did(event, slot, known)
    if (before === undefined) return
    try {
      countDone(this.parts, event, slot, before)
    } catch (error) {
      people.forget?.(event.person, event.eventId)
      throw error
    }
    for (const observer of this.observers) observer.event(event)
  }

  #nextOf(topic: Topic): (number | undefined)[] {
    let next = this.#next.get(topic)
    if (next === undefined) {
      next = []
      this.#next.set(topic, next)
    }
    return next
  }
}
