import { Overloaded } from '../../errors.ts'

export interface KeyedQueueParts<Item> {
  /** Works off what has gathered for a key; must not reject. */
  readonly work: (key: string, items: readonly Item[]) => Promise<void>
  /** Keys that are worked on at the same time. */
  readonly mostUnderWay: number
  /** Items that wait, at most. */
  readonly mostWaiting: number
}

/** Work by key: for each key one after the other, in order, and together what gathers meanwhile. */
export class KeyedQueue<Item> {
  readonly #parts: KeyedQueueParts<Item>
  readonly #gathered = new Map<string, Item[]>()
  readonly #underWay = new Set<string>()
  #waiting = 0

  constructor(parts: KeyedQueueParts<Item>) {
    this.#parts = parts
  }

  /** Throws `OVERLOADED` where too much waits. */
  add(key: string, item: Item): void {
    if (this.#waiting >= this.#parts.mostWaiting) throw new Overloaded(`${this.#waiting} changes are waiting to be written`)
    this.#waiting++
    const gathered = this.#gathered.get(key)
    if (gathered === undefined) this.#gathered.set(key, [item])
    else gathered.push(item)
    this.#begin()
  }

  #begin(): void {
    for (const [key, items] of this.#gathered) {
      if (this.#underWay.size >= this.#parts.mostUnderWay) return
      if (this.#underWay.has(key)) continue
      this.#gathered.delete(key)
      this.#underWay.add(key)
      this.#waiting -= items.length
      void this.#parts.work(key, items).then(() => {
        this.#underWay.delete(key)
        this.#begin()
      })
    }
  }
}
