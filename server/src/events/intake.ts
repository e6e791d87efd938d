import type { Catalog } from '../catalog/catalog.ts'
import type { Clock } from '../clock.ts'
import { encoded } from '../encoded.ts'
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
  readonly key: string
}

interface Batch {
  readonly claims: Claim[]
  readonly refused: RefusedEvent[]
  /** Events that others are writing already. */
  readonly earlier: Promise<unknown>[]
  duplicates: number
  readonly written: PromiseWithResolvers<unknown>
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
      for (const { key } of batch.claims) this.#underWay.delete(key)
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
    for (const [index, event] of events.entries()) {
      try {
        const record = validate(event, nowMs, limits, catalog, tracking)
        const claim: Claim = { index, record, content: contentOf(record), key: `${record.person}\0${record.eventId}` }
        const other = this.#underWay.get(claim.key)
        if (other !== undefined && other.content !== claim.content) throw reused(record.eventId)
        if (other !== undefined && other.written !== batch.written.promise) {
          batch.duplicates++
          batch.earlier.push(other.written)
          continue
        }
        this.#underWay.set(claim.key, { content: claim.content, written: batch.written.promise })
        batch.claims.push(claim)
      } catch (error) {
        if (!(error instanceof VireoError)) throw error
        batch.refused.push(refusal(index, error))
      }
    }
  }

  /** The people of a batch; at once where they are at hand. */
  #statesOf({ claims }: Batch): States | Promise<States> {
    const reads = new Map(claims.map(({ record: { person } }) => [person, undefined as PersonState | Promise<PersonState> | undefined]))
    for (const person of reads.keys()) reads.set(person, this.#parts.people.read(person))
    const states = [...reads]
    if (!states.some(([, state]) => state instanceof Promise)) return reads as Map<string, PersonState>
    return Promise.all(states.map(async ([person, state]) => [person, await state!] as const)).then((known) => new Map(known))
  }
}

/** What is to be written of a batch; the rest is counted as known or refused. */
function entriesOf(batch: Batch, states: States): Entry[] {
  const entries: Entry[] = []
  const taken = new Set<string>()
  for (const { content, index, key, record } of batch.claims) {
    const verdict = taken.has(key) ? 'duplicate' : states.get(record.person)!.recentEvents.judge(record.eventId, content)
    if (verdict === 'conflict') batch.refused.push(refusal(index, reused(record.eventId)))
    else if (verdict === 'duplicate') batch.duplicates++
    else {
      taken.add(key)
      entries.push({ topic: 'events', key: record.person, timeMs: record.timeMs, value: encoded(EventRecord, record), message: record })
    }
  }
  return entries
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
