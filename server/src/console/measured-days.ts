import { type Clock, dayMs, hourMs, minuteMs } from '../clock.ts'
import type { OpenedLake } from '../lake/look-into.ts'
import {
  type CategoriesOfDay,
  type InventoryRow,
  type MeasuredDay,
  openMeasureTables,
  readCategories,
  readInventory,
  readMeasures,
} from '../measures/read-measures.ts'
import type { LakeLag } from './lake-lag.ts'
import type { LakeLooks } from './lake-looks.ts'

/** A day that is over is read again after an hour, as late events come to it; today after a minute. */
const keepMs = { over: hourMs, today: minuteMs }
/** Days that are read at a time, the newest first: the tables of a month around them are made once for all. */
const daysAtATime = 14
/** When so much time has passed, the days that are left wait until somebody asks again. */
const patienceMs = 6_000
const mostDays = 400

interface Kept {
  readonly values: MeasuredDay
  readonly categories: CategoriesOfDay
  readonly readMs: number
  readonly wasOver: boolean
  /** Up to when all that was accepted had come to the lake, in ms since 1970; unknown where that is switched off. */
  readonly recordedMs: number | undefined
  /** As of this day. */
  readonly inventory: readonly InventoryRow[] | undefined
}

export interface Measured {
  /** By day since 1970. */
  readonly days: ReadonlyMap<number, Pick<Kept, 'values' | 'categories'>>
  /** Of the newest day: see `Kept`. */
  readonly recordedMs: number | undefined
  readonly inventory: readonly InventoryRow[]
  /** Why days are missing, where it is not for want of time. */
  readonly problem: string
}

export interface MeasuredDaysParts {
  readonly clock: Clock
  readonly looks: LakeLooks
  readonly lag: () => Promise<LakeLag | undefined>
}

/** The measures of days, read from the lake and kept for a while. */
export class MeasuredDays {
  readonly #parts: MeasuredDaysParts
  readonly #kept = new Map<number, Kept>()

  constructor(parts: MeasuredDaysParts) {
    this.#parts = parts
  }

  /** Days since 1970, oldest first. */
  async read(days: readonly number[], signal: AbortSignal): Promise<Measured> {
    const newest = days.at(-1)!
    const due = () => days.filter((day) => !this.#isFresh(day) || (day === newest && this.#kept.get(day)!.inventory === undefined))
    const looked = due().length === 0 ? undefined : await this.#look(due, signal)
    const kept = this.#kept.get(newest)
    const measured: Measured = {
      days: new Map(days.flatMap((day) => (this.#isFresh(day) ? [[day, this.#kept.get(day)!] as const] : []))),
      recordedMs: kept?.recordedMs,
      inventory: kept?.inventory ?? [],
      problem: looked !== undefined && 'problem' in looked ? looked.problem : '',
    }
    for (const day of this.#kept.keys()) if (this.#kept.size > mostDays) this.#kept.delete(day)
    return measured
  }

  async #look(due: () => number[], signal: AbortSignal) {
    const { clock, lag, looks } = this.#parts
    // Before the lake is opened: what comes to it meanwhile is more than is promised.
    const behindS = (await lag())?.behindS
    const recordedMs = behindS === undefined ? undefined : clock.now() - behindS * 1_000
    return looks.look(signal, (opened) => this.#readDue(due(), recordedMs, opened))
  }

  async #readDue(due: number[], recordedMs: number | undefined, opened: OpenedLake): Promise<void> {
    const { clock } = this.#parts
    const started = performance.now()
    while (due.length > 0 && performance.now() - started < patienceMs) {
      const some = due.splice(-daysAtATime)
      const readMs = clock.now()
      await openMeasureTables(opened, some)
      const read = await readMeasures(opened.database, some)
      const categories = await readCategories(opened.database)
      const inventory = await readInventory(opened.database)
      for (const [day, values] of read) {
        this.#kept.delete(day)
        this.#kept.set(day, {
          values,
          categories: categories.get(day) ?? new Map(),
          readMs,
          wasOver: (day + 1) * dayMs <= readMs,
          recordedMs,
          inventory: day === some.at(-1) ? inventory : undefined,
        })
      }
    }
  }

  #isFresh(day: number): boolean {
    const kept = this.#kept.get(day)
    return kept !== undefined && this.#parts.clock.now() - kept.readMs < (kept.wasOver ? keepMs.over : keepMs.today)
  }
}
