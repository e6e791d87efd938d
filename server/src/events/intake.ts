import type { Catalog } from '../catalog/catalog.ts'
import type { Clock } from '../clock.ts'
import { encodedEach } from '../encoded.ts'
import { InvalidInput, VireoError } from '../errors.ts'
import { EventRecord } from '../generated/vireo/record/v1/records.ts'
import type { RefusedEvent, UserVideoEvent } from '../generated/vireo/v1/events.ts'
import type { PersonState } from '../people/person-state.ts'
import type { PersonStore } from '../ports/person-store.ts'
import type { Accepted } from '../services.ts'
import type { Entry, Ledger, States } from '../state/ledger.ts'
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

/** An event that nobody else is judging. */
interface Claim {
  readonly index: number
  readonly record: EventRecord
  readonly content: number
  /** It comes for the second time in its batch. */
  readonly isRepeat: boolean
}

interface Batch {
  readonly claims: Claim[]
  readonly refused: RefusedEvent[]
  /** Events that others are writing already. */
  readonly earlier: Promise<unknown>[]
  duplicates: number
  readonly written: PromiseWithResolvers<unknown>
}

/** An event on its way to the log: what it says, and when it is there. */
interface UnderWay {
  readonly content: number
  readonly written: Promise<unknown>
}

/** Batches that one turn of the event loop begins, in ms of work. */
const turnMs = 4

/** Where events come in: checked, stamped, told from repetitions, made durable, and in force when it resolves. */
export class Intake {
  readonly refusals = new RecentRefusals()
  readonly #parts: IntakeParts
  readonly #turns = new Turns(turnMs)
  /** By person and event id. */
  readonly #underWay = new Map<string, Map<string, UnderWay>>()

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  async accept(events: readonly UserVideoEvent[], signal: AbortSignal): Promise<Accepted> {
    const { clock, counted, ledger } = this.#parts
    const arrivedMs = performance.now()
    const waiting = this.#turns.wait()
    if (waiting !== undefined) await waiting
    const nowMs = clock.now()
    const batch: Batch = { claims: [], refused: [], earlier: [], duplicates: 0, written: Promise.withResolvers() }
    // Whoever waits for it hears of the failure too; without anyone it is no unhandled rejection.
    batch.written.promise.catch(() => undefined)
    let entries: Entry[]
    let known: number
    try {
      this.#claim(events, nowMs, batch)
      const read = this.#statesOf(batch)
      const states = read instanceof Promise ? await read : read
      entries = entriesOf(batch, states)
      const [written] = await Promise.all([entries.length > 0 ? ledger.write(entries, signal, states) : [], ...batch.earlier])
      known = written.filter(({ isKnown }) => isKnown).length
      batch.written.resolve(undefined)
    } catch (error) {
      batch.written.reject(error)
      throw error
    } finally {
      this.#release(batch)
    }
    const duplicates = batch.duplicates + known
    const accepted = entries.length - known
    const refused = batch.refused.sort((a, b) => a.index - b.index)
    counted(accepted, duplicates, refused, performance.now() - arrivedMs)
    this.refusals.add(nowMs, refused)
    return { accepted, duplicates, refused }
  }

  /** Checks events, and keeps others with the same ids waiting: from here on one of them is judged at a time. */
  #claim(events: readonly UserVideoEvent[], nowMs: number, batch: Batch): void {
    const { catalog, limits, tracking } = this.#parts
    const written = batch.written.promise
    let person = ''
    for (let index = 0; index < events.length; index++) {
      try {
        const record = validate(events[index]!, nowMs, limits, catalog, tracking)
        // As the same text: it is looked up many times, and its hash is worked out for each that lies elsewhere.
        if (record.person === person) record.person = person
        else person = record.person
        const content = contentOf(record)
        const ofPerson = this.#underWayOf(record.person)
        const other = ofPerson.get(record.eventId)
        if (other !== undefined && other.content !== content) throw reused(record.eventId)
        if (other !== undefined && other.written !== written) {
          batch.duplicates++
          batch.earlier.push(other.written)
          continue
        }
        if (other === undefined) ofPerson.set(record.eventId, { content, written })
        batch.claims.push({ index, record, content, isRepeat: other !== undefined })
      } catch (error) {
        if (!(error instanceof VireoError)) throw error
        batch.refused.push(refusal(index, error))
      }
    }
  }

  #underWayOf(person: string): Map<string, UnderWay> {
    let ofPerson = this.#underWay.get(person)
    if (ofPerson === undefined) {
      ofPerson = new Map()
      this.#underWay.set(person, ofPerson)
    }
    return ofPerson
  }

  #release({ claims }: Batch): void {
    for (const { record } of claims) {
      const ofPerson = this.#underWay.get(record.person)
      ofPerson?.delete(record.eventId)
      if (ofPerson?.size === 0) this.#underWay.delete(record.person)
    }
  }

  /** The people of a batch; at once where they are at hand. */
  #statesOf({ claims }: Batch): States | Promise<States> {
    const reads = new Map<string, PersonState | Promise<PersonState>>()
    let areAtHand = true
    for (const { record } of claims) {
      if (reads.has(record.person)) continue
      const state = this.#parts.people.read(record.person)
      reads.set(record.person, state)
      if (state instanceof Promise) areAtHand = false
    }
    if (areAtHand) return reads as Map<string, PersonState>
    return Promise.all(Array.from(reads, async ([person, state]) => [person, await state] as const)).then((known) => new Map(known))
  }
}

/** What is to be written of a batch; the rest is counted as known or refused. */
function entriesOf(batch: Batch, states: States): Entry[] {
  const records: EventRecord[] = []
  for (const { content, index, isRepeat, record } of batch.claims) {
    const verdict = states.get(record.person)!.recentEvents.judge(record.eventId, content)
    if (verdict === 'conflict') batch.refused.push(refusal(index, reused(record.eventId)))
    else if (verdict === 'duplicate' || isRepeat) batch.duplicates++
    else records.push(record)
  }
  const values = encodedEach(EventRecord, records)
  return records.map((message, at) => ({
    topic: 'events',
    key: message.person,
    timeMs: message.timeMs,
    value: values[at]!,
    message,
  }))
}

const refusal = (index: number, { code, field = '', message, retryable }: VireoError): RefusedEvent => ({
  index,
  code,
  field,
  message,
  retryable,
})

function reused(eventId: string): InvalidInput {
  const message = `The event id '${eventId}' was used before with other content: give every event an id of its own, and repeat an event as it was`
  return new InvalidInput('EVENT_ID_REUSED', 'event_id', message)
}
