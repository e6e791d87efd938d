import { resized } from '../../catalog/id-table.ts'
import { VireoError } from '../../errors.ts'
import { fingerprint } from '../language/canonical.ts'
import type { View } from '../language/view.ts'
import type { ChangedEntities } from './changed-entities.ts'
import type { ClosedDays } from './closed-days.ts'
import { never, nowhere } from './levels.ts'
import type { TileGroup } from './tile-group.ts'
import { none, unchanged } from './tile-rows.ts'
import { CellOverflow } from './tile-shape.ts'

/** Rows of whole tiles are looked at again so many minutes later, where days are not closed yet. */
const againMinutes = 60

/** The tiles of a view, by number of entity. */
export class ViewTiles {
  readonly view: View
  readonly group: TileGroup
  /** Stands for the definition in stored rows. */
  readonly mark: number
  /** Where tiles come whole. */
  readonly days: ClosedDays | undefined
  readonly #belongs: (stamp: number) => number
  readonly #nameOf: (entity: number) => string
  #heads = new Int32Array(64).fill(none)
  readonly #watchers: { readonly changed: ChangedEntities; readonly bit: number }[] = []

  /** `nameOf` is for messages. */
  constructor(view: View, group: TileGroup, nameOf: (entity: number) => string, days?: ClosedDays) {
    this.view = view
    this.group = group
    this.days = days
    const { levels } = group
    this.#belongs = days ? (stamp) => levels.wholeBelongs(stamp, days.closedBefore) : (stamp) => levels.belongs(stamp)
    this.mark = Number.parseInt(fingerprint(view).slice(0, 8), 16)
    this.#nameOf = nameOf
  }

  /** The entity's newest row, or `none`. */
  head(entity: number): number {
    return entity >= 0 && entity < this.#heads.length ? this.#heads[entity]! : none
  }

  /** Adds what the group read last. Throws `VIEW_OVERFLOW`. */
  add(entity: number): void {
    const { added, rows, stamp } = this.group
    if (stamp === nowhere) return
    if (entity >= this.#heads.length) this.#reserve(entity)
    try {
      this.#heads[entity] = rows.add(this.#heads[entity]!, stamp, added)
      this.tellOf(entity)
    } catch (error) {
      throw this.#named(error, entity)
    }
  }

  /** Whether anybody is told of changes. */
  get isWatched(): boolean {
    return this.#watchers.length > 0
  }

  /** Whether a row of a tile that comes whole is of use by now. */
  keeps(stamp: number): boolean {
    return stamp !== nowhere && this.#belongs(stamp) === stamp
  }

  /** Whether a row is the one of its time that counts. */
  counts(stamp: number): boolean {
    return this.days === undefined || this.group.levels.wholeCounts(stamp)
  }

  /** Puts a whole tile in place of what was known of it. */
  put(entity: number, stamp: number, tile: TileGroup['added']): void {
    if (entity >= this.#heads.length) this.#reserve(entity)
    const head = this.group.rows.put(this.#heads[entity]!, stamp, tile)
    if (head === unchanged) return
    this.#heads[entity] = head
    this.tellOf(entity)
  }

  /** Puts a stored row back. */
  restore(entity: number, stamp: number, tile: TileGroup['added']): void {
    if (entity >= this.#heads.length) this.#reserve(entity)
    this.#heads[entity] = this.group.rows.add(this.#heads[entity]!, stamp, tile)
    this.tellOf(entity)
  }

  /** From now on marks what comes, with this bit. */
  tell(changed: ChangedEntities, bit: number): void {
    this.#watchers.push({ changed, bit })
  }

  /** Brings rows to where they belong by now; the minute from which on that is to be done again. Throws `VIEW_OVERFLOW`. */
  fold(entity: number): number {
    const head = this.head(entity)
    if (head === none) return never
    const { levels, rows } = this.group
    const due = rows.dueOf(head, levels)
    if (!levels.isPast(due)) return due
    try {
      const folded = rows.fold(head, this.#belongs)
      this.#heads[entity] = folded
      const next = rows.dueOf(folded, levels)
      return this.days === undefined ? next : Math.max(next, levels.minute + againMinutes)
    } catch (error) {
      throw this.#named(error, entity)
    }
  }

  /** Tells those who watch of an entity whose values may be others now. */
  tellOf(entity: number): void {
    for (const { bit, changed } of this.#watchers) changed.mark(entity, bit)
  }

  drop(entity: number): void {
    const head = this.head(entity)
    if (head === none) return
    this.group.rows.drop(head)
    this.#heads[entity] = none
    this.tellOf(entity)
  }

  /** How many bytes its rows take. */
  bytes(entity: number): number {
    const { rows } = this.group
    let bytes = 0
    for (let row = this.head(entity); row !== none; row = rows.next(row)) bytes += rows.bytesEach
    return bytes
  }

  #reserve(entity: number): void {
    const { length } = this.#heads
    this.#heads = resized(this.#heads, Math.max(entity + 1, Math.ceil(length * 1.25))).fill(none, length)
  }

  #named(error: unknown, entity: number): unknown {
    if (!(error instanceof CellOverflow)) return error
    const aggregation = Object.keys(this.view.aggregations)[error.place]!
    return new VireoError({
      code: 'VIEW_OVERFLOW',
      message: `${aggregation} of ${this.#nameOf(entity)} in the view ${this.view.name} version ${this.view.version} is beyond 2^53 - 1`,
      fault: 'server',
      retryable: false,
      cause: error,
    })
  }
}
