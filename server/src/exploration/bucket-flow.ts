import type { Catalog, CatalogObserver } from '../catalog/catalog.ts'
import { categoriesPerVideo } from '../catalog/video-columns.ts'
import { type Clock, hourMs } from '../clock.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import type { Random } from '../random.ts'
import type { KeptTable } from '../state/changed-rows.ts'
import { ChangedSlots } from '../state/changed-slots.ts'
import type { CategoryRecord } from './category-draw.ts'
import { type Draw, Shelf, type ShelfParts } from './shelf.ts'

/** Plays at which a video leaves each bucket: the more plays, the surer its watch rate. */
const bucketEnds = [10, 30, 100] as const
/** The odds of each bucket. The least known gets most: it takes the fewest plays to learn something of it. */
const bucketOdds = [0.5, 0.3, 0.2] as const
const buckets = bucketOdds.length
/** Videos older than this are not new. */
const newForS = 30 * 86_400
/** For so long a video is fresh: it comes before those that have waited in vain. */
const freshForS = 86_400
/** Share of the draws that goes to what is fresh, where there is anything. */
const freshShare = 0.9
/** Recommended this often without enough plays, a video leaves the flow all the same. */
const mostServed = 500
/** A video retires early when the chance that it is so much of its category falls below a normal quantile: 5 %. */
const hopelessShare = 0.5
const retireQuantile = 1.645
const priorPlays = 10

const promoted = 254
const retired = 255

/** How videos flow, for those who show it. */
export const flowRules = { bucketEnds, bucketOdds, freshShare, mostServed, newForS, priorPlays } as const

/** What is known of a video's watch rate, and what decides on it. */
export interface Judgement {
  /** Posterior, with the categories' rate as prior. */
  readonly mean: number
  readonly deviation: number
  readonly categoryRate: number
  /** 95 % of the posterior are below it. */
  readonly upperBound: number
  /** In the last bucket a video retires when its bound falls below this. */
  readonly retiresBelow: number
}

/** What a video's category gives it where a draw comes to it. */
export interface Odds {
  readonly category: number
  readonly rate: number
  readonly videosInBucket: number
  readonly bucketOdds: number
}

/** What became of a video that has passed all buckets. */
export type Verdict = 'promoted' | 'retired'

/**
 * New videos on their way to being known: each category has buckets by how often a video was played, once for its
 * first day and once for later. A video moves from bucket to bucket until its watch rate is known well enough to
 * promote it to the ranking or to retire it.
 */
export class BucketFlow implements CatalogObserver {
  readonly #catalog: Catalog
  readonly #counters: CounterReader
  readonly #clock: Clock
  /** By slot: bucket + 1, of what is older than a day so many buckets more, `promoted` or `retired`; 0 is outside. */
  #place = new Uint8Array(64)
  readonly #fresh: Shelf
  readonly #older: Shelf
  /** Sums over the videos of each category. */
  readonly #plays: number[] = []
  readonly #watches: number[] = []
  readonly #changes: ChangedSlots
  /** The hour as of which videos are new: it moves once an hour, so that the lists follow from the state and the hour. */
  #hour = 0
  readonly table: KeptTable

  constructor(catalog: Catalog, counters: CounterReader, clock: Clock) {
    this.#catalog = catalog
    this.#counters = counters
    this.#clock = clock
    const parts: ShelfParts = {
      catalog,
      odds: bucketOdds,
      categoriesOf: (slot) => categoriesOf(slot, this.#catalog),
      rate: (category) => this.rate(category),
    }
    this.#fresh = new Shelf(parts)
    this.#older = new Shelf(parts)
    this.#changes = new ChangedSlots((slot) => ['explored', catalog.ids.id(slot), Uint8Array.of(this.#place[slot]!)])
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
  verdictOn(slot: number): Verdict | undefined {
    const place = this.#place[slot]
    return place === promoted ? 'promoted' : place === retired ? 'retired' : undefined
  }

  /** Bucket of a video, from 0; undefined outside the flow. */
  bucketOf(slot: number): number | undefined {
    const place = this.#place[slot]!
    return place >= 1 && place <= 2 * buckets ? (place - 1) % buckets : undefined
  }

  /** Whether a video of a bucket is drawn as one of the last day. */
  isFresh(slot: number): boolean {
    return this.bucketOf(slot) !== undefined && this.#shelfOf(slot) === this.#fresh
  }

  judge(slot: number): Judgement {
    const mean = this.#mean(slot)
    const deviation = Math.sqrt((mean * (1 - mean)) / (this.#counters.total('plays', slot) + priorPlays + 1))
    const categoryRate = this.#categoryRate(slot)
    return {
      mean,
      deviation,
      categoryRate,
      upperBound: mean + retireQuantile * deviation,
      retiresBelow: hopelessShare * categoryRate,
    }
  }

  /** By category, those of a video that is in a bucket. */
  oddsOf(slot: number): Odds[] {
    const bucket = this.bucketOf(slot)
    if (bucket === undefined) return []
    return categoriesOf(slot, this.#catalog).map((category) => {
      const { odds, size } = this.#shelfOf(slot).bucketIn(category, bucket)
      return { category, rate: this.rate(category), videosInBucket: size, bucketOdds: odds }
    })
  }

  /**
   * Draws videos for `count` slots: whether a fresh one or an older one by fixed odds, and then from that shelf. What is
   * drawn may turn out not to be eligible; then the slot goes back to the ranking, and nothing is drawn again, so that
   * the chances stay exact.
   */
  draw(count: number, person: (category: number) => CategoryRecord, random: Random): Draw[] {
    this.#sweep()
    if (this.#fresh.isEmpty && this.#older.isEmpty) return []
    const share = this.#older.isEmpty ? 1 : this.#fresh.isEmpty ? 0 : freshShare
    const drawers = new Map<Shelf, () => Draw>()
    return Array.from({ length: count }, () => {
      const isFresh = share === 1 || (share > 0 && random() < share)
      const shelf = isFresh ? this.#fresh : this.#older
      const drawer = drawers.get(shelf) ?? shelf.drawer(person, random)
      drawers.set(shelf, drawer)
      const { slot, chance } = drawer()
      return { slot, chance: chance * (isFresh ? share : 1 - share) }
    })
  }

  /** Puts a video where its counts say. */
  #settle(slot: number): void {
    const place = this.#place[slot]!
    if (place >= promoted) return
    const next = this.#catalog.columns.isCleared(slot) ? this.#placeByCounts(slot) : 0
    if (next !== place) this.#move(slot, next)
  }

  #placeByCounts(slot: number): number {
    const plays = this.#counters.total('plays', slot)
    const bucket = bucketEnds.findIndex((end) => plays < end)
    const place = this.#placeByAge(slot, Math.max(0, bucket))
    if (place === 0) return 0
    if (bucket < 0) return this.#mean(slot) >= this.#categoryRate(slot) ? promoted : retired
    if (bucket === buckets - 1 && this.#isHopeless(slot)) return retired
    // Not for ever: what was served follows in its own time, so nothing is decided by it.
    return this.#counters.total('served', slot) >= mostServed ? 0 : place
  }

  /** 0 for a video that is no longer new. */
  #placeByAge(slot: number, bucket: number): number {
    this.#hour ||= this.#currentHour()
    const ageS = this.#hour * 3_600 - this.#catalog.columns.uploadedS[slot]!
    return ageS > newForS ? 0 : bucket + 1 + (ageS > freshForS ? buckets : 0)
  }

  /** Once an hour, what has grown older moves or leaves. */
  #sweep(): void {
    if (this.#hour === this.#currentHour()) return
    this.#hour = this.#currentHour()
    for (const slot of [...this.#fresh.slots(), ...this.#older.slots()]) {
      const place = this.#placeByAge(slot, this.bucketOf(slot) ?? 0)
      if (this.bucketOf(slot) !== undefined && place !== this.#place[slot]) this.#move(slot, place)
    }
  }

  #currentHour(): number {
    return Math.floor(this.#clock.now() / hourMs)
  }

  #move(slot: number, place: number): void {
    this.#changes.touch(slot)
    const bucket = this.bucketOf(slot)
    if (bucket !== undefined) this.#shelfOf(slot).remove(slot, bucket)
    this.#enter(slot, place)
  }

  #enter(slot: number, place: number): void {
    this.#reserve(slot)
    this.#place[slot] = place
    const bucket = this.bucketOf(slot)
    if (bucket !== undefined) this.#shelfOf(slot).add(slot, bucket)
  }

  #shelfOf(slot: number): Shelf {
    return this.#place[slot]! > buckets ? this.#older : this.#fresh
  }

  /** Posterior mean of the watch rate; the category's rate is the prior. */
  #mean(slot: number): number {
    const plays = this.#counters.total('plays', slot)
    return (this.#counters.total('watched10s', slot) + priorPlays * this.#categoryRate(slot)) / (plays + priorPlays)
  }

  #isHopeless(slot: number): boolean {
    const { retiresBelow, upperBound } = this.judge(slot)
    return upperBound < retiresBelow
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

  #addToCategories(slot: number, plays: number, watches: number): void {
    for (const category of categoriesOf(slot, this.#catalog)) {
      this.#plays[category] = (this.#plays[category] ?? 0) + plays
      this.#watches[category] = (this.#watches[category] ?? 0) + watches
    }
  }

  #reserve(slot: number): void {
    if (slot < this.#place.length) return
    const larger = new Uint8Array(Math.max(slot + 1, Math.ceil(this.#place.length * 1.5)))
    larger.set(this.#place)
    this.#place = larger
  }
}

/** A video without a category flows in the one that has no name. */
export function categoriesOf(slot: number, { columns }: Pick<Catalog, 'columns'>): number[] {
  const own: number[] = []
  for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++) {
    if (columns.categories[at]! > 0) own.push(columns.categories[at]!)
  }
  return own.length > 0 ? own : [0]
}
