import { nextCapacity, resized } from '../../catalog/id-table.ts'

const all = 0xff

/** To which entities of one kind something has come, and in which of up to eight views: for the one who keeps their values. */
export class ChangedEntities {
  /** A bit a view; all of them for an entity that was never taken. */
  #views = new Uint8Array(64).fill(all)

  mark(entity: number, views: number): void {
    // What is beyond was never taken.
    if (entity < this.#views.length) this.#views[entity]! |= views
  }

  has(entity: number): boolean {
    return entity >= this.#views.length || this.#views[entity] !== 0
  }

  /** The views to which something has come since this was called the last time, a bit each. */
  take(entity: number): number {
    const { length } = this.#views
    if (entity >= length) this.#views = resized(this.#views, Math.max(entity + 1, nextCapacity(length))).fill(all, length)
    const views = this.#views[entity]!
    this.#views[entity] = 0
    return views
  }
}
