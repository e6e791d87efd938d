import { nextCapacity, resized } from '../../catalog/id-table.ts'
import { ChangedEntities } from '../tiles/changed-entities.ts'

/** Changed entities of one kind, each once, in the order in which they came. */
export class ChangedQueue extends ChangedEntities {
  #isWaiting = new Uint8Array(64)
  #waiting: number[] = []

  get waiting(): number {
    return this.#waiting.length
  }

  override mark(entity: number, views: number): void {
    super.mark(entity, views)
    this.add(entity)
  }

  add(entity: number): void {
    const { length } = this.#isWaiting
    if (entity >= length) this.#isWaiting = resized(this.#isWaiting, Math.max(entity + 1, nextCapacity(length)))
    if (this.#isWaiting[entity] === 1) return
    this.#isWaiting[entity] = 1
    this.#waiting.push(entity)
  }

  /** All that wait; from now on they can come again. */
  takeAll(): readonly number[] {
    const taken = this.#waiting
    this.#waiting = []
    for (const entity of taken) this.#isWaiting[entity] = 0
    return taken
  }
}

/** More people than that are not told apart: then everybody is gone through. */
const mostWaiting = 100_000

/** Changed owners, such as people; of too many the last that came. */
export class ChangedOwners {
  #names = new Set<string>()
  /** Whether some were too many, since this was last set to false. */
  hasLost = false

  get waiting(): number {
    return this.#names.size
  }

  add(name: string | number): void {
    const id = String(name)
    this.#names.delete(id)
    if (this.#names.size >= mostWaiting) {
      this.hasLost = true
      for (const oldest of this.#names) {
        this.#names.delete(oldest)
        break
      }
    }
    this.#names.add(id)
  }

  takeAll(): readonly string[] {
    const taken = [...this.#names]
    this.#names = new Set()
    return taken
  }
}
