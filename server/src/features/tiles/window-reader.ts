import { minuteMs } from '../../clock.ts'
import { hopMsOf, type Window, windowMs } from '../language/windows.ts'
import type { ChangedEntities } from './changed-entities.ts'
import { type EntityKind, joined, type KeyPart } from './entity-kind.ts'
import { base, never, startOf } from './levels.ts'
import type { Owners } from './owners.ts'
import { none } from './tile-rows.ts'
import type { TileCells } from './tile-shape.ts'
import type { ViewTiles } from './view-tiles.ts'

export interface WindowColumn<Name extends string = string> {
  readonly window: Window
  readonly aggregation: Name
}

/** Makes tiles of a view into values of its windows. */
export class WindowReader<Name extends string = string> {
  /** What `windowValues` gives: the view's windows, all aggregations of one after the other. */
  readonly columns: readonly WindowColumn<Name>[]
  readonly #view: ViewTiles
  readonly #kind: EntityKind
  readonly #owners: Owners
  /** Shortest first, in minutes. */
  readonly #windows: readonly ReaderWindow[]
  readonly #sum: TileCells
  readonly #isSum: boolean
  /** For which `#windows` begin where they say. */
  #minute = Number.NaN

  constructor(view: ViewTiles, kind: EntityKind, owners: Owners) {
    this.#view = view
    this.#kind = kind
    this.#owners = owners
    const { windows, aggregations } = view.view
    this.columns = windows.flatMap((window) => Object.keys(aggregations).map((name) => ({ window, aggregation: name as Name })))
    const { width } = view.group.rows.shape
    this.#windows = windows
      .map((window, place) => ({
        at: place * width,
        reach: windowMs[window] / minuteMs,
        hop: hopMsOf(window) / minuteMs,
        from: base,
      }))
      .sort((a, b) => a.reach - b.reach)
    this.#sum = view.group.rows.shape.create()
    this.#isSum = view.group.rows.shape.isSum
  }

  get width(): number {
    return this.columns.length
  }

  /** Where a value is in what `windowValues` gives. Throws a `RangeError` for a window that the view has not. */
  at(window: Window, aggregation: Name): number {
    const at = this.columns.findIndex((column) => column.window === window && column.aggregation === aggregation)
    if (at < 0) throw new RangeError(`${this.#view.view.name} has no ${aggregation} of ${window}`)
    return at
  }

  /**
   * The number of an entity by the parts of its key, -1 if nothing is known of it. It holds until the next event or
   * look-up where its owner is in a cache, else for as long as the entity has tiles.
   */
  find(owner: KeyPart, ...others: readonly KeyPart[]): number {
    const number = this.#owners.find(owner)
    return others.length === 0 ? this.#kind.find(number) : this.#kind.find(number, joined(others))
  }

  /** Whether anything is counted of an entity. */
  has(entity: number): boolean {
    return this.#view.head(entity) !== none
  }

  /**
   * Writes `width` values into `into` from `offset` on: of [now − W, now], from the start of the hop in which that
   * begins up to everything applied. Sums of nothing are 0, the others NaN. Returns when they change next though nothing
   * happens, in ms; infinity if never. `nowMs` is at or after the last `expire`.
   */
  windowValues(entity: number, nowMs: number, into: Float64Array, offset = 0): number {
    const minute = Math.floor(nowMs / minuteMs)
    if (minute !== this.#minute) this.#moveTo(minute)
    const { rows } = this.#view.group
    let row = this.#view.head(entity)
    let until = never
    // What is to come counts from its start on.
    while (row !== none && startOf(rows.stamp(row)) > minute) {
      if (this.#view.counts(rows.stamp(row))) until = startOf(rows.stamp(row))
      row = rows.next(row)
    }
    if (!this.#isSum) rows.shape.clear(this.#sum)
    const { width } = rows.shape
    let oldest = never
    let before = -1
    for (let window = 0; window < this.#windows.length; window++) {
      const { at, from, hop, reach } = this.#windows[window]!
      const to = offset + at
      // Each window has what the shorter one has, and more.
      if (this.#isSum) for (let value = 0; value < width; value++) into[to + value] = before < 0 ? 0 : into[before + value]!
      before = to
      while (row !== none) {
        const stamp = rows.stamp(row)
        const start = startOf(stamp)
        if (start < from) break
        if (this.#view.counts(stamp)) {
          if (this.#isSum) rows.addTo(into, to, row)
          else rows.shape.merge(this.#sum, rows.tile(row))
          oldest = start
        }
        row = rows.next(row)
      }
      if (!this.#isSum) for (let value = 0; value < width; value++) into[to + value] = this.#sum.cells[value]!
      // The window's last tile leaves it first.
      if (oldest >= from && oldest < never && from > base) until = Math.min(until, oldest - (oldest % hop) + hop + reach)
    }
    return until === never ? Number.POSITIVE_INFINITY : until * minuteMs
  }

  /** From now on marks entities to which something comes, with this bit: for the one who keeps their values. */
  tell(changed: ChangedEntities, bit: number): void {
    this.#view.tell(changed, bit)
  }

  #moveTo(minute: number): void {
    this.#minute = minute
    for (const window of this.#windows) {
      const { hop, reach } = window
      window.from = reach === Number.POSITIVE_INFINITY ? base : minute - reach - ((minute - reach) % hop)
    }
  }
}

interface ReaderWindow {
  /** Where its values begin. */
  readonly at: number
  readonly reach: number
  readonly hop: number
  /** When the oldest of its tiles begins. */
  from: number
}
