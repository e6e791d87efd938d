import type { Catalog, CatalogObserver } from '../catalog/catalog.ts'
import { categoriesPerVideo } from '../catalog/video-columns.ts'
import type { Clock } from '../clock.ts'
import { type CounterReader, windowsHours } from '../ports/counter-store.ts'
import { best } from './best.ts'

const trendingLength = 500
const categoryLength = 50
const popularLength = 5_000
const freshLength = 1_000
/** What is hot is looked up anew at most this often. */
const hotForMs = 1_000
/** Looking through all videos is to take at most this share of the time: it takes a while with a million of them. */
const popularShare = 0.001

/** The lists that do not depend on who asks, each of cleared videos, best first. */
export class Charts implements CatalogObserver {
  /** By long views in the last hour; then, where that is too short, in the last day, week, and ever. */
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
  #popularForMs = hotForMs

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
    if (now - this.#popularAt >= this.#popularForMs) {
      this.#popularAt = now
      const started = performance.now()
      this.#findPopular()
      this.#popularForMs = Math.max(hotForMs, (performance.now() - started) / popularShare)
    }
    this.#findTrending()
    if (this.fresh.length < Math.min(freshLength, this.#catalog.cleared) / 2) this.#findFresh()
  }

  #findTrending(): void {
    const { columns } = this.#catalog
    const counters = this.#counters
    const trending = new Set<number>()
    for (const hours of windowsHours) {
      if (trending.size >= trendingLength) break
      const longViews = (slot: number) => counters.window(hours, 'longViews', slot)
      const further: number[] = []
      for (const slot of counters.active(hours)) {
        if (longViews(slot) > 0 && columns.isCleared(slot) && !trending.has(slot)) further.push(slot)
      }
      for (const slot of best(further, trendingLength - trending.size, longViews, this.#tieBreak)) trending.add(slot)
    }
    for (let at = 0; at < this.popular.length && trending.size < trendingLength; at++) trending.add(this.popular[at]!)
    this.trending = [...trending]
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

  /** Takedowns have left the list too short. */
  #findFresh(): void {
    const { uploadedS } = this.#catalog.columns
    this.fresh.splice(0, this.fresh.length, ...best(this.#cleared(), freshLength, (slot) => uploadedS[slot]!, this.#tieBreak))
  }

  *#cleared(): Generator<number> {
    const { columns, ids } = this.#catalog
    for (let slot = 0; slot < ids.size; slot++) if (columns.isCleared(slot)) yield slot
  }

  #findPopular(): void {
    const counters = this.#counters
    const score = (slot: number) => counters.window(168, 'longViews', slot) + counters.longViewsEver(slot) / 2 ** 32
    // Rolls the windows on to now.
    counters.active(168)
    this.popular = best(this.#cleared(), popularLength, score, this.#tieBreak)
  }

  #isFresher(slot: number, other: number): boolean {
    const { uploadedS } = this.#catalog.columns
    return uploadedS[slot]! > uploadedS[other]! || (uploadedS[slot] === uploadedS[other] && this.#tieBreak(slot) < this.#tieBreak(other))
  }

  readonly #tieBreak = (slot: number) => this.#catalog.ids.low[slot]!
}
