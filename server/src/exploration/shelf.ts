import type { Catalog } from '../catalog/catalog.ts'
import type { Random } from '../random.ts'
import { type CategoryRecord, categoryChances } from './category-draw.ts'
import { SlotList } from './slot-list.ts'

/** A draw for an exploration slot, and the chance of just this video given the slot. */
export interface Draw {
  readonly slot: number
  readonly chance: number
}

/** What videos to draw from are like. */
export interface ShelfParts {
  readonly catalog: Pick<Catalog, 'ids' | 'categories'>
  /** Of each bucket, 0 to 1. */
  readonly odds: readonly number[]
  /** The same for as long as a video is on the shelf. */
  readonly categoriesOf: (slot: number) => readonly number[]
  /** Watch rate of everybody in a category, 0 to 1. */
  readonly rate: (category: number) => number
}

/** Videos to draw from: of each category a list a bucket. */
export class Shelf {
  readonly #parts: ShelfParts
  readonly #lists = new Map<number, readonly SlotList[]>()
  #inOrder: readonly number[] | undefined

  constructor(parts: ShelfParts) {
    this.#parts = parts
  }

  get isEmpty(): boolean {
    return this.#drawable().length === 0
  }

  *slots(): Generator<number> {
    for (const lists of this.#lists.values()) for (const list of lists) yield* list.values()
  }

  /** How many videos a category has in a bucket, and the bucket's odds among those of the category that have any. */
  bucketIn(category: number, bucket: number): { readonly size: number; readonly odds: number } {
    const lists = this.#lists.get(category)
    return lists === undefined ? { size: 0, odds: 0 } : { size: lists[bucket]!.size, odds: this.#oddsOf(lists)[bucket]! }
  }

  add(slot: number, bucket: number): void {
    this.#inOrder = undefined
    for (const category of this.#parts.categoriesOf(slot)) this.#listsOf(category)[bucket]!.add(slot)
  }

  remove(slot: number, bucket: number): void {
    this.#inOrder = undefined
    for (const category of this.#parts.categoriesOf(slot)) this.#listsOf(category)[bucket]!.remove(slot)
  }

  /** Draws for a person, each time a category by what they did in each, a bucket by its odds, a video evenly. Not from an empty shelf. */
  drawer(person: (category: number) => CategoryRecord, random: Random): () => Draw {
    const { categoriesOf, rate } = this.#parts
    const categories = this.#drawable()
    const chances = categoryChances(categories.map(person), categories.map(rate), random)
    return () => {
      const lists = this.#lists.get(categories[pick(chances, random)]!)!
      const bucket = pick(this.#oddsOf(lists), random)
      const list = lists[bucket]!
      const slot = list.at(Math.floor(random() * list.size))
      let chance = 0
      for (const category of categoriesOf(slot)) {
        const others = this.#lists.get(category)!
        chance += (chances[categories.indexOf(category)]! * this.#oddsOf(others)[bucket]!) / others[bucket]!.size
      }
      return { slot, chance }
    }
  }

  /** Categories that have a video, in the order of their names: the same in every process. */
  #drawable(): readonly number[] {
    this.#inOrder ??= [...this.#lists]
      .filter(([, lists]) => lists.some((list) => list.size > 0))
      .map(([category]) => category)
      .sort((a, b) => compareNames(this.#parts.catalog.categories.id(a), this.#parts.catalog.categories.id(b)))
    return this.#inOrder
  }

  #listsOf(category: number): readonly SlotList[] {
    let lists = this.#lists.get(category)
    if (lists === undefined) {
      lists = this.#parts.odds.map(() => new SlotList(this.#parts.catalog.ids))
      this.#lists.set(category, lists)
    }
    return lists
  }

  /** The odds, shared out among the buckets that have a video. */
  #oddsOf(lists: readonly SlotList[]): Float64Array {
    const odds = Float64Array.from(lists, (list, bucket) => (list.size > 0 ? this.#parts.odds[bucket]! : 0))
    const sum = odds.reduce((all, each) => all + each, 0)
    return odds.map((each) => each / sum)
  }
}

/** An index, drawn by its chance; the chances sum to one. */
function pick(chances: Float64Array, random: Random): number {
  let left = random()
  for (let at = 0; at < chances.length - 1; at++) {
    left -= chances[at]!
    if (left < 0 && chances[at]! > 0) return at
  }
  return chances.findLastIndex((chance) => chance > 0)
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
