import { resized } from '../../catalog/id-table.ts'
import { VireoError } from '../../errors.ts'
import { fingerprint } from '../language/canonical.ts'
import type { View } from '../language/view.ts'
import type { ChangedEntities } from './changed-entities.ts'
import { never, nowhere } from './levels.ts'
import type { TileGroup } from './tile-group.ts'
import { none } from './tile-rows.ts'
import { CellOverflow } from './tile-shape.ts'

/** The tiles of a view, by number of entity. */
export class ViewTiles {
  readonly view: View
  readonly group: TileGroup
  /** Stands for the definition in stored rows. */
  readonly mark: number
  readonly #nameOf: (entity: number) => string
  #heads = new Int32Array(64).fill(none)
  readonly #watchers: { readonly changed: ChangedEntities; readonly bit: number }[] = []

  /** `nameOf` is for messages. */
  constructor(view: View, group: TileGroup, nameOf: (entity: number) => string) {
    this.view = view
    this.group = group
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
      this.#tell(entity)
    } catch (error) {
      throw this.#named(error, entity)
    }
  }

  /** Puts a stored row back. */
  restore(entity: number, stamp: number, tile: TileGroup['added']): void {
    if (entity >= this.#heads.length) this.#reserve(entity)
    this.#heads[entity] = this.group.rows.add(this.#heads[entity]!, stamp, tile)
    this.#tell(entity)
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
      const folded = rows.fold(head, levels)
      this.#heads[entity] = folded
      return rows.dueOf(folded, levels)
    } catch (error) {
      throw this.#named(error, entity)
    }
  }

  drop(entity: number): void {
    const head = this.head(entity)
    if (head === none) return
    this.group.rows.drop(head)
    this.#heads[entity] = none
    this.#tell(entity)
  }

  /** How many bytes its rows take. */
  bytes(entity: number): number {
    const { rows } = this.group
    let bytes = 0
    for (let row = this.head(entity); row !== none; row = rows.next(row)) bytes += rows.bytesEach
    return bytes
  }

  #tell(entity: number): void {
    for (const { bit, changed } of this.#watchers) changed.mark(entity, bit)
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
