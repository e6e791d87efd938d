import type { Place } from '../ports/event-log.ts'
import type { LogRange } from '../ports/lake.ts'
import type { NewFile } from './manifest-changes.ts'

type Summary = Pick<NewFile, 'rows' | 'minMs' | 'maxMs' | 'minAcceptedMs' | 'maxAcceptedMs' | 'log'>

/** What the manifest says of the records of a file. */
export class HourSummary {
  rows = 0
  #minMs = Number.POSITIVE_INFINITY
  #maxMs = Number.NEGATIVE_INFINITY
  #minAcceptedMs = Number.POSITIVE_INFINITY
  #maxAcceptedMs = Number.NEGATIVE_INFINITY
  readonly #log = new Map<number, { -readonly [Key in keyof LogRange]: LogRange[Key] }>()

  add({ partition, offset }: Pick<Place, 'partition' | 'offset'>, rows: number, timeMs: number, acceptedMs: number): void {
    this.rows += rows
    this.#minMs = Math.min(this.#minMs, timeMs)
    this.#maxMs = Math.max(this.#maxMs, timeMs)
    this.#minAcceptedMs = Math.min(this.#minAcceptedMs, acceptedMs)
    this.#maxAcceptedMs = Math.max(this.#maxAcceptedMs, acceptedMs)
    const range = this.#log.get(partition)
    if (range === undefined) {
      this.#log.set(partition, { partition, first: offset, end: offset + 1, records: 1 })
      return
    }
    range.first = Math.min(range.first, offset)
    range.end = Math.max(range.end, offset + 1)
    range.records++
  }

  all(): Summary {
    return {
      rows: this.rows,
      minMs: this.#minMs,
      maxMs: this.#maxMs,
      minAcceptedMs: this.#minAcceptedMs,
      maxAcceptedMs: this.#maxAcceptedMs,
      log: [...this.#log.values()],
    }
  }
}
