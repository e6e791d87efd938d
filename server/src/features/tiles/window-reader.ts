import { hopMsOf, type Window, windowMs } from '../language/windows.ts'
import { type EntityKind, joined, type KeyPart } from './entity-kind.ts'
import { startOf } from './levels.ts'
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
  /** Shortest first, with its place among the view's windows. */
  readonly #windows: readonly { readonly place: number; readonly reachMs: number; readonly hopMs: number }[]
  readonly #sum: TileCells

  constructor(view: ViewTiles, kind: EntityKind, owners: Owners) {
    this.#view = view
    this.#kind = kind
    this.#owners = owners
    const { windows, aggregations } = view.view
    this.columns = windows.flatMap((window) => Object.keys(aggregations).map((name) => ({ window, aggregation: name as Name })))
    this.#windows = windows
      .map((window, place) => ({ place, reachMs: windowMs[window], hopMs: hopMsOf(window) }))
      .sort((a, b) => a.reachMs - b.reachMs)
    this.#sum = view.group.rows.shape.create()
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

  /**
   * Writes `width` values into `into` from `offset` on: of [now − W, now], from the start of the hop in which that
   * begins up to everything applied. Sums of nothing are 0, the others NaN. Returns when they change next though nothing
   * happens, in ms; infinity if never. `nowMs` is at or after the last `expire`.
   */
  windowValues(entity: number, nowMs: number, into: Float64Array, offset = 0): number {
    const { shape } = this.#view.group.rows
    const { rows } = this.#view.group
    shape.clear(this.#sum)
    let validUntilMs = Number.POSITIVE_INFINITY
    let row = entity === none ? none : this.#view.head(entity)
    let start = row === none ? Number.NaN : startOf(rows.stamp(row))
    // What is to come counts from its start on.
    while (row !== none && start > nowMs) {
      validUntilMs = start
      row = rows.next(row)
      if (row !== none) start = startOf(rows.stamp(row))
    }
    let oldest = Number.NaN
    for (const { place, reachMs, hopMs } of this.#windows) {
      const from = nowMs - reachMs - ((nowMs - reachMs) % hopMs || 0)
      while (row !== none && start >= from) {
        shape.merge(this.#sum, rows.tile(row))
        oldest = start
        row = rows.next(row)
        if (row !== none) start = startOf(rows.stamp(row))
      }
      // The window's last tile leaves it first.
      if (oldest >= from && reachMs < Number.POSITIVE_INFINITY)
        validUntilMs = Math.min(validUntilMs, oldest - (oldest % hopMs) + hopMs + reachMs)
      const to = offset + place * shape.width
      for (let value = 0; value < shape.width; value++) into[to + value] = this.#sum.cells[value]!
    }
    return validUntilMs
  }

  /** When the values change next though nothing happens. */
  validUntil(entity: number, nowMs: number): number {
    scratch = scratch.length < this.width ? new Float64Array(this.width) : scratch
    return this.windowValues(entity, nowMs, scratch)
  }
}

let scratch = new Float64Array()
