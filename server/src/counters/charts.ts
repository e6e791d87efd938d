import type { Catalog, CatalogObserver } from '../catalog/catalog.ts'
import { categoriesPerVideo } from '../catalog/video-columns.ts'
import { type Clock, minuteMs } from '../clock.ts'
import { type CounterReader, windowsHours } from '../ports/counter-store.ts'
import { best } from './best.ts'

const trendingLength = 500
const categoryLength = 50
const popularLength = 5_000
const freshLength = 1_000
/** A window with long views of fewer videos says too little. */
const leastVideos = 50
/** What is hot is looked up anew at most this often. */
const hotForMs = 1_000
/** What was ever liked changes slowly, and looking through all videos takes a while. */
const popularForMs = 10 * minuteMs

/** The lists that do not depend on who asks, each of cleared videos, best first. */
export class Charts implements CatalogObserver {
  /** By long views in the newest window that is not empty: the last hour, day, week, or ever. */
  trending: readonly number[] = []
  /** The same, of each category. */
  readonly byCategory = new Map<number, readonly number[]>()
  /** By long views in the last week, then ever. */
  popular: readonly number[] = []
  /** Newest uploads first. */
  readonly fresh: number[] = []
  readonly #catalog: Catalog
  readonly #counters: CounterReader
  readonly #clock: Clock
  #hotAt = Number.NEGATIVE_INFINITY
  #popularAt = Number.NEGATIVE_INFINITY

  constructor(catalog: Catalog, counters: CounterReader, clock: Clock) {
    this.#catalog = catalog
    this.#counters = counters
    this.#clock = clock
  }

  /** A video has come or changed. */
  after(slot: number): void {
    const { fresh } = this
    const { columns } = this.#catalog
    const last = fresh.at(-1)
    if (fresh.length === freshLength && last !== slot && this.#isFresher(last!, slot)) return
    const known = fresh.indexOf(slot)
    if (known >= 0) fresh.splice(known, 1)
    if (!columns.isCleared(slot)) return
    const at = fresh.findIndex((other) => this.#isFresher(slot, other))
    if (at < 0 && fresh.length >= freshLength) return
    fresh.splice(at < 0 ? fresh.length : at, 0, slot)
    fresh.length = Math.min(fresh.length, freshLength)
  }

  /** Brings the lists up to date, if they are due. To be called before they are read. */
  refresh(): void {
    const now = this.#clock.now()
    if (now - this.#hotAt < hotForMs) return
    this.#hotAt = now
    // A young catalogue does not wait until its first videos are ten minutes old.
    const hasGrown = this.popular.length < Math.min(popularLength, this.#catalog.cleared)
    if (hasGrown || now - this.#popularAt >= popularForMs) {
      this.#popularAt = now
      this.#findPopular()
    }
    this.#findTrending()
  }

  #findTrending(): void {
    const { columns } = this.#catalog
    const counters = this.#counters
    const window = windowsHours.find((hours) => this.#hasEnough(hours))
    if (window === undefined) {
      this.trending = this.popular.slice(0, trendingLength)
    } else {
      const cleared = [...counters.active(window)].filter((slot) => columns.isCleared(slot))
      this.trending = best(cleared, trendingLength, (slot) => counters.window(window, 'longViews', slot), this.#tieBreak)
    }
    const lists = new Map<number, number[]>()
    for (const slot of this.trending.length < this.popular.length ? [...this.trending, ...this.popular] : this.trending) {
      for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++) {
        const category = columns.categories[at]!
        if (category === 0) continue
        const list = lists.get(category) ?? []
        if (list.length === 0) lists.set(category, list)
        if (list.length < categoryLength && !list.includes(slot)) list.push(slot)
      }
    }
    this.byCategory.clear()
    for (const [category, list] of lists) this.byCategory.set(category, list)
  }

  /** Whether a window says anything: an hour with three plays does not. */
  #hasEnough(hours: (typeof windowsHours)[number]): boolean {
    let videos = 0
    for (const slot of this.#counters.active(hours)) {
      if (this.#counters.window(hours, 'longViews', slot) > 0 && ++videos >= leastVideos) return true
    }
    return false
  }

  #findPopular(): void {
    const { columns } = this.#catalog
    const counters = this.#counters
    const cleared = function* (count: number) {
      for (let slot = 0; slot < count; slot++) if (columns.isCleared(slot)) yield slot
    }
    const score = (slot: number) => counters.window(168, 'longViews', slot) + counters.longViewsEver(slot) / 2 ** 32
    // Rolls the windows on to now.
    counters.active(168)
    this.popular = best(cleared(this.#catalog.ids.size), popularLength, score, this.#tieBreak)
  }

  #isFresher(slot: number, other: number): boolean {
    const { uploadedS } = this.#catalog.columns
    return uploadedS[slot]! > uploadedS[other]! || (uploadedS[slot] === uploadedS[other] && this.#tieBreak(slot) < this.#tieBreak(other))
  }

  readonly #tieBreak = (slot: number) => this.#catalog.ids.low[slot]!
}
