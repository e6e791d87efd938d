import type { Catalog } from '../catalog/catalog.ts'
import type { CoWatch } from '../co-watch/co-watch.ts'
import type { VideoCounters } from '../counters/video-counters.ts'
import { contentOf } from '../events/validate.ts'
import type { BucketFlow } from '../exploration/bucket-flow.ts'
import type { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import {
  ControlRecord,
  EventRecord,
  FeatureRecord,
  type ImportProgress,
  SlateRecord,
  VideoRecord,
} from '../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { outcome, outcomesOf } from '../people/outcomes.ts'
import type { PersonState } from '../people/person-state.ts'
import type { Metric } from '../ports/counter-store.ts'
import type { Place, StoredRecord, Topic } from '../ports/event-log.ts'

/** What the log's records have made of the state so far, and how they go on to change it. */
export interface StateParts {
  readonly catalog: Catalog
  readonly counters: VideoCounters
  readonly coWatch: CoWatch
  readonly flow: BucketFlow
  readonly tiles: Pick<FeatureTiles, 'event' | 'slate'>
  readonly people: { change<Result>(person: string, apply: (state: PersonState) => Result): Result }
  /** How long an event's id is remembered, in s: the horizon of accepted events and an hour. */
  readonly rememberS: number
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
  features: (value) => FeatureRecord.decode(value),
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
    else if (topic === 'catalog') this.parts.catalog.put((message as VideoRecord).video!)
    else if (topic === 'control') this.#controlled(message as ControlRecord, record.key)
  }

  /** A change of a video's state is in the catalogue already: read again after later changes, it would undo them. */
  #controlled({ change }: ControlRecord, key: string): void {
    if (change?.$case === 'importProgress') this.imports.set(key, change.value)
  }

  #served(slate: SlateRecord, place: Place): void {
    const { catalog, counters, flow, people, rememberS, tiles } = this.parts
    const slots = slate.items.map(({ videoId }) => catalog.ids.find(videoId))
    const isNew = people.change(slate.person, (person) => {
      if (person.recentSlates.judge(slate.slateId, 0) !== 'new') return false
      person.recentSlates.remember(slate.slateId, 0, Math.floor(slate.timeMs / 1000), rememberS)
      person.served(slate, slots, place, catalog.ids)
      person.settle(catalog.ids)
      return true
    })
    if (!isNew) return
    tiles.slate(slate)
    for (const slot of slots) {
      if (slot < 0) continue
      counters.count(slot, slate.timeMs, ['served'])
      flow.served(slot)
    }
    for (const observer of this.observers) observer.slate(slate)
  }

  #did(event: EventRecord): void {
    const { catalog, coWatch, people, rememberS, tiles } = this.parts
    const slot = event.videoId === '' ? -1 : catalog.ids.find(event.videoId)
    const content = contentOf(event)
    people.change(event.person, (person) => {
      if (person.recentEvents.judge(event.eventId, content) !== 'new') return
      person.recentEvents.remember(event.eventId, content, Math.floor((event.acceptedMs || event.timeMs) / 1000), rememberS)
      tiles.event(event)
      for (const observer of this.observers) observer.event(event)
      const liked = slot >= 0 && person.history.has(slot, outcome.like)
      const change = person.did(event, slot, catalog.ids)
      person.settle(catalog.ids)
      if (slot < 0) return
      this.#count(event, slot, liked, outcomesOf(event))
      if (change !== undefined) coWatch.learn(person.history, change)
    })
  }

  #count(event: EventRecord, slot: number, liked: boolean, outcomes: number): void {
    const { counters, flow } = this.parts
    if (event.type === Type.Unlike) {
      if (liked) counters.uncount(slot, 'likes')
      return
    }
    if (event.type === Type.Like && liked) return
    const counted = event.untimed ? untimedMetrics(event, outcomes) : metricsOf(event, outcomes)
    if (counted.length > 0) counters.count(slot, event.untimed ? undefined : event.timeMs, counted)
    if (event.type === Type.Watch && !event.untimed) flow.played(slot, (outcomes & outcome.watched10s) !== 0)
  }
}

const simpleMetrics: Readonly<Partial<Record<number, readonly Metric[]>>> = {
  [Type.Like]: ['likes'],
  [Type.Share]: ['shares'],
  [Type.Comment]: ['comments'],
  [Type.Dislike]: ['negatives'],
  [Type.NotInterested]: ['negatives'],
  [Type.Report]: ['reports'],
}

function metricsOf(event: EventRecord, outcomes: number): readonly Metric[] {
  if (event.type !== Type.Watch) return simpleMetrics[event.type] ?? []
  const counted: Metric[] = ['plays']
  if (outcomes & outcome.lengthKnown) counted.push('playsOfKnownLength')
  if (outcomes & outcome.watched10s) counted.push('watched10s')
  if (outcomes & outcome.longView) counted.push('longViews')
  if (outcomes & outcome.finish) counted.push('finishes')
  if (outcomes & outcome.skip) counted.push('skips')
  return counted
}

/** What came without a time has a denominator of its own. */
function untimedMetrics(event: EventRecord, outcomes: number): readonly Metric[] {
  if (event.type === Type.Like) return ['untimedLikes']
  if (event.type !== Type.Watch) return []
  return outcomes & outcome.longView ? ['untimedPlays', 'untimedLongViews'] : ['untimedPlays']
}
