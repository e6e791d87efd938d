import type { Catalog, CatalogObserver } from '../catalog/catalog.ts'
import { categoriesPerVideo } from '../catalog/video-columns.ts'
import { type Clock, hourMs } from '../clock.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import type { Random } from '../random.ts'
import { ChangedRows, type KeptTable } from '../state/changed-rows.ts'
import { type CategoryRecord, categoryChances } from './category-draw.ts'
import { SlotList } from './slot-list.ts'

/** Plays at which a video leaves each bucket: the more plays, the surer its watch rate. */
const bucketEnds = [10, 30, 100] as const
/** The odds of each bucket. The least known gets most: it takes the fewest plays to learn something of it. */
const bucketOdds = [0.5, 0.3, 0.2] as const
/** Videos older than this are not new. */
const newForS = 30 * 86_400
/** Recommended this often without enough plays, a video leaves the flow all the same. */
const mostServed = 500
/** A video retires early when the chance that it is as good as its category falls below this (a normal quantile: 5 %). */
const retireQuantile = 1.645
const priorPlays = 10

const promoted = 254
const retired = 255

/** A draw for an exploration slot, and the chance of just this video given the slot. */
export interface Draw {
  readonly slot: number
  readonly chance: number
}

/**
 * New videos on their way to being known: each category has buckets by how often a video was played. A video moves
 * from bucket to bucket until its watch rate is known well enough to promote it to the ranking or to retire it.
 */
export class BucketFlow implements CatalogObserver {
  readonly #catalog: Catalog
  readonly #counters: CounterReader
  readonly #clock: Clock
  /** By slot: bucket + 1, `promoted` or `retired`; 0 is outside. */
  #place = new Uint8Array(64)
  /** By category: a list a bucket. */
  readonly #lists = new Map<number, readonly SlotList[]>()
  #inOrder: readonly number[] | undefined
  /** Sums over the videos of each category. */
  readonly #plays: number[] = []
  readonly #watches: number[] = []
  readonly #changes: ChangedRows<number>
  /** The hour as of which videos are new: it moves once an hour, so that the lists follow from the state and the hour. */
  #hour = 0
  readonly table: KeptTable

  constructor(catalog: Catalog, counters: CounterReader, clock: Clock) {
    this.#catalog = catalog
    this.#counters = counters
    this.#clock = clock
    this.#changes = new ChangedRows((slot) => ['explored', catalog.ids.id(slot), Uint8Array.of(this.#place[slot]!)])
    this.table = { name: 'explored', changes: this.#changes, load: (id, value) => this.#enter(catalog.ids.find(id), value[0]!) }
  }

  /** Sums up the categories, after videos and counts have been loaded, and lets go of what grew old meanwhile. */
  restore(): void {
    this.#reserve(this.#catalog.ids.size)
    this.#sweep()
    for (let slot = 0; slot < this.#catalog.ids.size; slot++) {
      this.#addToCategories(slot, this.#counters.total('plays', slot), this.#counters.total('watched10s', slot))
    }
  }

  /** A video is about to change: its counts leave its categories. */
  before(slot: number): void {
    if (this.bucketOf(slot) !== undefined) this.#move(slot, 0)
    this.#addToCategories(slot, -this.#counters.total('plays', slot), -this.#counters.total('watched10s', slot))
  }

  /** A video has come or changed. */
  after(slot: number): void {
    this.#reserve(slot)
    this.#addToCategories(slot, this.#counters.total('plays', slot), this.#counters.total('watched10s', slot))
    this.#settle(slot)
  }

  /** A video was played; its counts say so already. */
  played(slot: number, watched: boolean): void {
    this.#addToCategories(slot, 1, watched ? 1 : 0)
    this.#settle(slot)
  }

  /** A video was recommended; its counts say so already. */
  served(slot: number): void {
    if (this.bucketOf(slot) !== undefined && this.#counters.total('served', slot) >= mostServed) this.#move(slot, 0)
  }

  /** Watch rate of everybody in a category; a half where nobody knows. */
  rate(category: number): number {
    const plays = this.#plays[category] ?? 0
    return ((this.#watches[category] ?? 0) + 1) / (plays + 2)
  }

  /** Whether a video has passed all buckets, and how. */
  verdictOn(slot: number): 'promoted' | 'retired' | undefined {
    const place = this.#place[slot]
    return place === promoted ? 'promoted' : place === retired ? 'retired' : undefined
  }

  /** Bucket of a video, from 0; undefined outside the flow. */
  bucketOf(slot: number): number | undefined {
    const place = this.#place[slot]!
    return place >= 1 && place <= bucketOdds.length ? place - 1 : undefined
  }

  /**
   * Draws videos for `count` slots: a category by what the person did in each, a bucket by fixed odds, a video evenly.
   * What is drawn may turn out not to be eligible; then the slot goes back to the ranking, and nothing is drawn again,
   * so that the chances stay exact.
   */
  draw(count: number, person: (category: number) => CategoryRecord, random: Random): Draw[] {
    this.#sweep()
    const categories = this.#drawable()
    if (categories.length === 0) return []
    const chances = categoryChances(
      categories.map(person),
      categories.map((category) => this.rate(category)),
      random,
    )
    return Array.from({ length: count }, () => {
      const category = categories[pick(chances, random)]!
      const lists = this.#lists.get(category)!
      const bucket = pick(oddsOf(lists), random)
      const list = lists[bucket]!
      const slot = list.at(Math.floor(random() * list.size))
      return { slot, chance: this.#chanceOf(slot, bucket, categories, chances) }
    })
  }

  /** Categories that have a video, in the order of their names: the same in every process. */
  #drawable(): readonly number[] {
    this.#inOrder ??= [...this.#lists]
      .filter(([, lists]) => lists.some((list) => list.size > 0))
      .map(([category]) => category)
      .sort((a, b) => compareNames(this.#catalog.categories.id(a), this.#catalog.categories.id(b)))
    return this.#inOrder
  }

  #chanceOf(slot: number, bucket: number, categories: readonly number[], chances: Float64Array): number {
    let chance = 0
    for (const category of this.#categoriesOf(slot)) {
      const lists = this.#lists.get(category)!
      chance += (chances[categories.indexOf(category)]! * oddsOf(lists)[bucket]!) / lists[bucket]!.size
    }
    return chance
  }

  /** Puts a video where its counts say. */
  #settle(slot: number): void {
    const place = this.#place[slot]!
    if (place >= promoted) return
    const next = this.#catalog.columns.isCleared(slot) && this.#isNew(slot) ? this.#placeByCounts(slot) : 0
    if (next !== place) this.#move(slot, next)
  }

  #placeByCounts(slot: number): number {
    const plays = this.#counters.total('plays', slot)
    const bucket = bucketEnds.findIndex((end) => plays < end)
    if (bucket < 0) return this.#mean(slot) >= this.#categoryRate(slot) ? promoted : retired
    if (bucket === bucketEnds.length - 1 && this.#isHopeless(slot)) return retired
    // Not for ever: what was served follows in its own time, so nothing is decided by it.
    return this.#counters.total('served', slot) >= mostServed ? 0 : bucket + 1
  }

  #isNew(slot: number): boolean {
    this.#hour ||= this.#currentHour()
    return this.#hour * 3_600 - this.#catalog.columns.uploadedS[slot]! <= newForS
  }

  /** Once an hour, what is no longer new leaves. */
  #sweep(): void {
    if (this.#hour === this.#currentHour()) return
    this.#hour = this.#currentHour()
    for (const lists of this.#lists.values()) {
      for (const list of lists) for (const slot of list.values()) if (!this.#isNew(slot)) this.#move(slot, 0)
    }
  }

  #currentHour(): number {
    return Math.floor(this.#clock.now() / hourMs)
  }

  #move(slot: number, place: number): void {
    this.#changes.touch(slot)
    this.#inOrder = undefined
    const bucket = this.bucketOf(slot)
    if (bucket !== undefined) for (const category of this.#categoriesOf(slot)) this.#listsOf(category)[bucket]!.remove(slot)
    this.#enter(slot, place)
  }

  #enter(slot: number, place: number): void {
    this.#reserve(slot)
    this.#place[slot] = place
    const bucket = this.bucketOf(slot)
    if (bucket !== undefined) for (const category of this.#categoriesOf(slot)) this.#listsOf(category)[bucket]!.add(slot)
  }

  /** Posterior mean of the watch rate; the category's rate is the prior. */
  #mean(slot: number): number {
    const plays = this.#counters.total('plays', slot)
    return (this.#counters.total('watched10s', slot) + priorPlays * this.#categoryRate(slot)) / (plays + priorPlays)
  }

  #isHopeless(slot: number): boolean {
    const mean = this.#mean(slot)
    const deviation = Math.sqrt((mean * (1 - mean)) / (this.#counters.total('plays', slot) + priorPlays + 1))
    return mean + retireQuantile * deviation < this.#categoryRate(slot)
  }

  #categoryRate(slot: number): number {
    const { categories } = this.#catalog.columns
    let sum = 0
    let count = 0
    for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo && categories[at]! > 0; at++) {
      sum += this.rate(categories[at]!)
      count++
    }
    return count > 0 ? sum / count : this.rate(0)
  }

  /** A video without a category flows in the one that has no name. */
  #categoriesOf(slot: number): number[] {
    const { categories } = this.#catalog.columns
    const own = [...categories.subarray(slot * categoriesPerVideo, (slot + 1) * categoriesPerVideo)].filter((category) => category > 0)
    return own.length > 0 ? own : [0]
  }

  #addToCategories(slot: number, plays: number, watches: number): void {
    for (const category of this.#categoriesOf(slot)) {
      this.#plays[category] = (this.#plays[category] ?? 0) + plays
      this.#watches[category] = (this.#watches[category] ?? 0) + watches
    }
  }

  #listsOf(category: number): readonly SlotList[] {
    let lists = this.#lists.get(category)
    if (lists === undefined) {
      lists = bucketOdds.map(() => new SlotList(this.#catalog.ids))
      this.#lists.set(category, lists)
    }
    return lists
  }

  #reserve(slot: number): void {
    if (slot < this.#place.length) return
    const larger = new Uint8Array(Math.max(slot + 1, Math.ceil(this.#place.length * 1.5)))
    larger.set(this.#place)
    this.#place = larger
  }
}

/** The fixed odds, shared out among the buckets that have a video. */
function oddsOf(lists: readonly SlotList[]): Float64Array {
  const odds = Float64Array.from(lists, (list, bucket) => (list.size > 0 ? bucketOdds[bucket]! : 0))
  const sum = odds.reduce((all, each) => all + each, 0)
  return odds.map((each) => each / sum)
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
