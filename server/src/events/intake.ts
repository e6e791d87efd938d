import type { Catalog } from '../catalog/catalog.ts'
import type { Clock } from '../clock.ts'
import { encoded } from '../encoded.ts'
import { InvalidInput, VireoError } from '../errors.ts'
import { EventRecord } from '../generated/vireo/record/v1/records.ts'
import type { RefusedEvent, UserVideoEvent } from '../generated/vireo/v1/events.ts'
import type { PersonStore } from '../ports/person-store.ts'
import type { Accepted } from '../services.ts'
import type { Entry, Ledger } from '../state/ledger.ts'
import { Turns } from '../turns.ts'
import { RecentRefusals } from './recent-refusals.ts'
import type { Tracking } from './tracking.ts'
import { contentOf, type EventLimits, validate } from './validate.ts'

export interface IntakeParts {
  readonly catalog: Catalog
  readonly people: PersonStore
  readonly ledger: Ledger
  readonly tracking: Tracking
  readonly clock: Clock
  readonly limits: EventLimits
  /** Told of each batch, for the metrics, with the time from its arrival until it was in force. */
  readonly counted: (accepted: number, duplicates: number, refused: readonly RefusedEvent[], ms: number) => void
}

/** Batches that one turn of the event loop begins, in ms of work. */
const turnMs = 4

/** Where events come in: checked, stamped, told from repetitions, made durable, and in force when it resolves. */
export class Intake {
  readonly refusals = new RecentRefusals()
  readonly #parts: IntakeParts
  readonly #turns = new Turns(turnMs)
  /** Events on their way to the log: what they say, and when they are there. */
  readonly #underWay = new Map<string, { readonly content: number; readonly written: Promise<unknown> }>()

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  async accept(events: readonly UserVideoEvent[], signal: AbortSignal): Promise<Accepted> {
    const { catalog, clock, counted, ledger, limits, people, tracking } = this.#parts
    const arrivedMs = performance.now()
    const waiting = this.#turns.wait()
    if (waiting !== undefined) await waiting
    const nowMs = clock.now()
    const refused: RefusedEvent[] = []
    const entries: Entry[] = []
    const keys: string[] = []
    const earlier: Promise<unknown>[] = []
    const batch = Promise.withResolvers<unknown>()
    // Whoever waits for it hears of the failure too; without anyone it is no unhandled rejection.
    batch.promise.catch(() => undefined)
    let duplicates = 0
    for (const [index, event] of events.entries()) {
      try {
        const record = validate(event, nowMs, limits, catalog, tracking)
        const content = contentOf(record)
        const key = `${record.person}\0${record.eventId}`
        const other = this.#underWay.get(key)
        const state = people.read(record.person)
        const verdict = other
          ? other.content === content
            ? 'duplicate'
            : 'conflict'
          : (state instanceof Promise ? await state : state).recentEvents.judge(record.eventId, content)
        if (verdict === 'conflict') throw reused(record.eventId)
        if (verdict === 'duplicate') {
          duplicates++
          if (other !== undefined && other.written !== batch.promise) earlier.push(other.written)
          continue
        }
        this.#underWay.set(key, { content, written: batch.promise })
        keys.push(key)
        entries.push({
          topic: 'events',
          key: record.person,
          timeMs: record.timeMs,
          value: encoded(EventRecord, record),
          message: record,
        })
      } catch (error) {
        if (!(error instanceof VireoError)) {
          for (const key of keys) this.#underWay.delete(key)
          batch.reject(error)
          throw error
        }
        refused.push({ index, code: error.code, field: error.field ?? '', message: error.message, retryable: error.retryable })
      }
    }
    try {
      await Promise.all([...earlier, entries.length > 0 ? ledger.write(entries, signal) : undefined])
      batch.resolve(undefined)
    } catch (error) {
      batch.reject(error)
      throw error
    } finally {
      for (const key of keys) this.#underWay.delete(key)
    }
    counted(entries.length, duplicates, refused, performance.now() - arrivedMs)
    this.refusals.add(nowMs, refused)
    return { accepted: entries.length, duplicates, refused }
  }
}

function reused(eventId: string): InvalidInput {
  const message = `The event id '${eventId}' was used before with other content: give every event an id of its own, and repeat an event as it was`
  return new InvalidInput('EVENT_ID_REUSED', 'event_id', message)
}
