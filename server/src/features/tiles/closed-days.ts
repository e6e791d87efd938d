import { dayMs, hourMs, minuteMs } from '../../clock.ts'
import { ChangedRows, type KeptTable } from '../../state/changed-rows.ts'
import type { View } from '../language/view.ts'

/** From the start of a day until its last event is accepted it is four days and an hour; who counts may stand still for as long again. */
const countedMs = 8 * dayMs

/** A day that an import brings is at rest when so long none of its tiles was written. */
const restMs = dayMs

/** How exactly it is known when a tile was written. */
const writtenStepMs = hourMs

/**
 * The days of a view whose tiles come whole. What is older than any window is kept as one sum: a day may go into it when
 * nothing of it is to come any more, and what comes all the same must pass by, or it would count twice.
 */
export class ClosedDays {
  readonly #touch: () => void
  /** By start of an open day, in ms: when one of its tiles was written last, about. */
  readonly #open = new Map<number, number>()
  readonly #closed = new Set<number>()
  /** In minutes: all days that start before are closed. */
  closedBefore: number = Number.POSITIVE_INFINITY

  /** `touch` is called before it changes. */
  constructor(touch: () => void) {
    this.#touch = touch
  }

  /** Whether the tile of a day, written at some time, is still to be taken. */
  takes(startMs: number, writtenMs: number): boolean {
    if (this.#closed.has(startMs)) return false
    const last = this.#open.get(startMs)
    if (last !== undefined && writtenMs < last + writtenStepMs) return true
    this.#touch()
    this.#open.set(startMs, writtenMs)
    this.closedBefore = Math.min(this.closedBefore, startMs / minuteMs)
    return true
  }

  /** Everything that was written before a time has come: closes the days that this settles. */
  reached(writtenMs: number): void {
    for (const [startMs, lastMs] of this.#open) {
      if (writtenMs < Math.max(startMs + countedMs, lastMs + writtenStepMs + restMs)) continue
      this.#touch()
      this.#open.delete(startMs)
      this.#closed.add(startMs)
    }
    this.#settle()
  }

  encode(): Uint8Array {
    return Buffer.from(JSON.stringify({ open: [...this.#open], closed: [...this.#closed] }))
  }

  decode(bytes: Uint8Array): void {
    const { open, closed } = JSON.parse(Buffer.from(bytes).toString()) as { open: [number, number][]; closed: number[] }
    for (const [startMs, lastMs] of open) this.#open.set(startMs, lastMs)
    for (const startMs of closed) this.#closed.add(startMs)
    this.#settle()
  }

  #settle(): void {
    this.closedBefore = Math.min(...this.#open.keys()) / minuteMs
  }
}

/** Those of several views, as they are stored. */
export class ClosedDaysTable implements KeptTable {
  readonly name = 'tile_days'
  readonly changes: ChangedRows<string>
  readonly #days = new Map<string, ClosedDays>()

  readonly load = (key: string, value: Uint8Array): void => this.#days.get(key)?.decode(value)

  constructor() {
    this.changes = new ChangedRows((key) => [this.name, key, this.#days.get(key)!.encode()])
  }

  of({ name, version }: View): ClosedDays {
    const key = `${name} ${version}`
    const days = new ClosedDays(() => this.changes.touch(key))
    this.#days.set(key, days)
    return days
  }
}
