import type { PersonState } from '../people/person-state.ts'
import type { EventLog, NewRecord, Place, StoredRecord } from '../ports/event-log.ts'
import type { LiveState } from './live-state.ts'
import type { Message } from './read-record.ts'

/** A record on its way to the log, with what its value says. */
export interface Entry extends NewRecord {
  readonly message?: Message
}

/** By person. */
export type States = ReadonlyMap<string, PersonState>

export interface Written extends Place {
  /** Somebody else had written the same before: it changed nothing. */
  readonly isKnown?: boolean
}

/** The one way in: what is written is durable in the log, and has changed what its writer is shown next, when the promise resolves. */
export interface Ledger {
  /** `states`: of people as they were read just before, to be changed by it; where there are none it reads them itself. */
  write(entries: readonly Entry[], signal?: AbortSignal, states?: States): Promise<readonly Written[]>
  /** Does to its person what a record of the log says, once, however often. Absent where the log's fold does that. */
  heal?(record: StoredRecord, message: Message): Promise<void>
}

/** Of a server that has its log and state for itself: it has changed the state, in the log's order. */
export class OwnLedger implements Ledger {
  readonly #log: EventLog
  readonly #state: LiveState
  readonly #appended: (records: number, ms: number) => void

  /** `appended` is told of each append, for the metrics. */
  constructor(log: EventLog, state: LiveState, appended: (records: number, ms: number) => void) {
    this.#log = log
    this.#state = state
    this.#appended = appended
  }

  write(entries: readonly Entry[], signal?: AbortSignal): Promise<readonly Place[]> {
    const started = performance.now()
    // Applied in the very turn in which the log acknowledges: acknowledgements come in the log's order.
    return this.#log.append(entries, signal).then((places) => {
      this.#appended(entries.length, performance.now() - started)
      for (let at = 0; at < entries.length; at++) {
        const { key, message, timeMs, topic, value } = entries[at]!
        const { offset, partition } = places[at]!
        this.#state.apply({ topic, partition, offset, key, timeMs, value }, message)
      }
      return places
    })
  }
}
