import { encoded } from '../encoded.ts'
import { VireoError } from '../errors.ts'
import { DeadLetterRecord } from '../generated/vireo/record/v1/records.ts'
import type { Place, StoredRecord, Topic } from '../ports/event-log.ts'
import { ChangedRows, type KeptTable } from './changed-rows.ts'

export type DeadLetter = DeadLetterRecord

/** So many are more than a mishap: then reading stops, with a word, rather than that memory ends. */
const mostLetters = 10_000
const mostBytes = 64 * 2 ** 20

export interface DeadLettersParts {
  readonly now: () => number
  /** Of Vireo. */
  readonly version: string
  readonly onKept: (letter: DeadLetter) => void
}

/**
 * Records of the log that could not be applied, kept aside so that those behind them can be. They are saved with the
 * position that is beyond them, so none is lost; what makes the state anew finds them again.
 */
export class DeadLetters {
  readonly #parts: DeadLettersParts
  /** By place. */
  readonly #letters = new Map<string, DeadLetter>()
  readonly table: KeptTable & { readonly changes: ChangedRows<string> } = {
    name: 'dead_letters',
    changes: new ChangedRows((key) => ['dead_letters', key, this.#row(key)]),
    load: (key, row) => this.#add(key, DeadLetterRecord.decode(row)),
  }
  /** Told of each that is kept aside or settled. */
  readonly observers: ((letter: DeadLetter) => void)[] = []
  #bytes = 0

  constructor(parts: DeadLettersParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#letters.size
  }

  /** The newest first. */
  all(): DeadLetter[] {
    return [...this.#letters.values()].sort((a, b) => b.keptMs - a.keptMs)
  }

  get(place: Place): DeadLetter | undefined {
    return this.#letters.get(keyOf(place))
  }

  /** Throws `DEAD_LETTERS_FULL`. */
  keep(record: StoredRecord, error: unknown): void {
    const key = keyOf(record)
    const known = this.#letters.get(key)
    if (known === undefined && (this.size >= mostLetters || this.#bytes + record.value.length > mostBytes)) {
      throw new VireoError({
        code: 'DEAD_LETTERS_FULL',
        message: `${this.size} records of the log were kept aside already; the next is ${key}`,
        fault: 'server',
        retryable: false,
        cause: error,
      })
    }
    const { topic, partition, offset, timeMs, value } = record
    const { code, message: reason } = error instanceof VireoError ? error : notApplied(error)
    const kept = { keptMs: known?.keptMs ?? this.#parts.now(), version: this.#parts.version, settledMs: 0 }
    const letter = { topic, partition, offset, key: record.key, timeMs, value: Buffer.from(value), code, reason, ...kept }
    this.table.changes.touch(key)
    this.#add(key, letter)
    if (known?.code === code && known.reason === reason) return
    this.#parts.onKept(letter)
    this.#tell(letter)
  }

  /** It has been applied, or a newer record of its key has. */
  settle(place: Place): void {
    const key = keyOf(place)
    const letter = this.#letters.get(key)
    if (letter === undefined) return
    this.table.changes.touch(key)
    this.#letters.delete(key)
    this.#bytes -= letter.value.length
    this.#tell({ ...letter, settledMs: this.#parts.now() })
  }

  /** A newer record of a topic that keeps only the newest has been applied. */
  overtaken({ key, offset, partition, topic }: StoredRecord): void {
    for (const letter of this.#letters.values()) {
      if (letter.topic !== topic || letter.partition !== partition || letter.key !== key || letter.offset >= offset) continue
      this.settle(recordOf(letter))
    }
  }

  #add(key: string, letter: DeadLetter): void {
    this.#bytes += letter.value.length - (this.#letters.get(key)?.value.length ?? 0)
    this.#letters.set(key, letter)
  }

  #row(key: string): Uint8Array | undefined {
    const letter = this.#letters.get(key)
    return letter && encoded(DeadLetterRecord, letter)
  }

  #tell(letter: DeadLetter): void {
    for (const observer of this.observers) observer(letter)
  }
}

export const recordOf = ({ key, offset, partition, timeMs, topic, value }: DeadLetter): StoredRecord => ({
  topic: topic as Topic,
  partition,
  offset,
  key,
  timeMs,
  value,
})

const keyOf = ({ offset, partition, topic }: Place): string => `${topic}/${partition}/${offset}`

const notApplied = (error: unknown) => ({ code: 'RECORD_NOT_APPLIED', message: error instanceof Error ? error.message : String(error) })
