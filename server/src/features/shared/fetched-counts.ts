import type { Catalog } from '../../catalog/catalog.ts'
import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import type { Clock } from '../../clock.ts'
import { Unavailable } from '../../errors.ts'
import type { EventRecord, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import type { LoadedOwner } from '../tiles/loaded-owner.ts'
import type { PageContext } from '../vector/feed-vectors.ts'
import { lengthBucketOf } from '../views/entities.ts'
import { FetchedRows } from './fetched-rows.ts'
import { idOf, type OwnerKind, ownerKinds, type RowKind, rowKinds, type SharedCounts, standing } from './shared-counts.ts'

export interface FetchedCountsParts {
  readonly counts: SharedCounts
  /** Those whose tiles vectors read. */
  readonly owners: Readonly<Record<OwnerKind, LoadedOwner>>
  readonly catalog: Catalog
  readonly clock: Clock
  /** Time to fetch what a page needs, in ms. */
  readonly deadlineMs: number
  /** The most candidates of a page. */
  readonly mostCandidates: number
}

const standingKeptMs = 250
/** Of each kind, at least. */
const leastRows = 32_768

/** What is counted, as others count it: fetched for a page and its candidates, all in one round trip. */
export class FetchedCounts {
  readonly rows: Readonly<Record<RowKind, FetchedRows>>
  readonly #parts: FetchedCountsParts
  /** What was fetched of a page's person and surface. */
  readonly #owners = new WeakMap<PageContext, Partial<Record<OwnerKind, Uint8Array>>>()
  readonly #standing = { untilMs: 0, isWhole: false, askedMs: Number.NEGATIVE_INFINITY }

  constructor(parts: FetchedCountsParts) {
    this.#parts = parts
    const capacity = Math.max(leastRows, 2 * categoriesPerVideo * parts.mostCandidates)
    const { rows } = parts.counts
    this.rows = Object.fromEntries(rowKinds.map((kind) => [kind, new FetchedRows(rows[kind].width, capacity)])) as Record<
      RowKind,
      FetchedRows
    >
  }

  /** Whether those who count have fallen silent, or have not told everything yet. */
  get isBehind(): boolean {
    return !this.#standing.isWhole || this.#standing.untilMs < this.#parts.clock.now()
  }

  /**
   * Calls `then` when all that vectors of these candidates are made of is at hand, and in the same turn: at once where it is.
   * Rejects with `COUNTS_LATE`, or as the store does; then `then` is not called any more.
   */
  ready(page: PageContext, slots: ArrayLike<number>, then: () => void): void | Promise<void> {
    if (this.#owners.has(page) && this.#lacking(slots, performance.now()).length === 0) return then()
    return this.#fetch(page, slots, then)
  }

  /** What others count now: rows of it are about to be told anew. */
  event({ videoId }: EventRecord): void {
    this.#changed(videoId, performance.now())
  }

  slate({ items }: SlateRecord): void {
    const nowMs = performance.now()
    for (const { videoId } of items) this.#changed(videoId, nowMs)
  }

  /** Turns to the person and the surface of a page that is ready. */
  turnTo(page: PageContext): void {
    const fetched = this.#owners.get(page)
    for (const kind of ownerKinds) this.#parts.owners[kind].load(page[kind], fetched?.[kind])
  }

  async #fetch(page: PageContext, slots: ArrayLike<number>, then: () => void): Promise<void> {
    const startedMs = performance.now()
    const late = Promise.withResolvers<never>()
    const { deadlineMs } = this.#parts
    const timer = setTimeout(() => {
      late.reject(new Unavailable('COUNTS_LATE', `what is counted did not come within ${deadlineMs} ms`))
    }, deadlineMs)
    try {
      // Again where another page's rows have taken the place of this one's.
      for (;;) {
        const lacking = this.#lacking(slots, startedMs)
        if (lacking.length === 0 && this.#owners.has(page)) return then()
        const asked = lacking.map(({ kind, entities }) => this.#fetchRows(kind, entities))
        if (!this.#owners.has(page)) asked.push(this.#fetchOwners(page))
        if (startedMs - this.#standing.askedMs > standingKeptMs) asked.push(this.#fetchStanding(startedMs))
        await Promise.race([Promise.all(asked), late.promise])
      }
    } finally {
      clearTimeout(timer)
    }
  }

  async #fetchRows(kind: RowKind, entities: readonly number[]): Promise<void> {
    const { catalog, clock, counts } = this.#parts
    const store = counts.rows[kind]
    const rows = this.rows[kind]
    const values = new Float64Array(entities.length * store.width)
    const ids = entities.map((entity) => idOf(kind, entity, catalog))
    const untilMs = await store.gather(ids, values)
    const [now, nowMs] = [clock.now(), performance.now()]
    // Without a row there is nothing whose windows could slide.
    for (const [at, entity] of entities.entries()) rows.put(entity, values, at * store.width, (untilMs[at] || Infinity) - now, nowMs)
  }

  async #fetchOwners(page: PageContext): Promise<void> {
    const tiles = await Promise.all(ownerKinds.map((kind) => this.#parts.counts.tiles[kind].get(page[kind])))
    this.#owners.set(page, Object.fromEntries(ownerKinds.map((kind, at) => [kind, tiles[at]])))
  }

  async #fetchStanding(askedMs: number): Promise<void> {
    this.#standing.askedMs = askedMs
    const isWhole = new Float64Array(1)
    const [untilMs] = await this.#parts.counts.standing.gather([standing], isWhole)
    this.#standing.untilMs = untilMs!
    this.#standing.isWhole = isWhole[0] === 1
  }

  #changed(videoId: string, nowMs: number): void {
    const { columns, ids } = this.#parts.catalog
    const slot = videoId === '' ? -1 : ids.find(videoId)
    if (slot < 0) return
    const { audio, category, creator, length, video } = this.rows
    video.changed(slot, nowMs)
    creator.changed(columns.creator[slot]!, nowMs)
    audio.changed(columns.audio[slot]!, nowMs)
    length.changed(lengthBucketOf(columns.lengthMs[slot]!), nowMs)
    for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++) category.changed(columns.categories[at]!, nowMs)
  }

  /** The rows that are not here, without repeats, by kind; those that are stay until the next look. */
  #lacking(slots: ArrayLike<number>, atMs: number): { readonly kind: RowKind; readonly entities: number[] }[] {
    const { columns } = this.#parts.catalog
    const { audio, category, creator, length, video } = this.rows
    const lacking = {
      video: new Set<number>(),
      creator: new Set<number>(),
      audio: new Set<number>(),
      category: new Set<number>(),
      length: new Set<number>(),
    }
    for (const kind of rowKinds) this.rows[kind].begin()
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at]!
      if (!video.holds(slot, atMs)) lacking.video.add(slot)
      const by = columns.creator[slot]!
      if (by !== 0 && !creator.holds(by, atMs)) lacking.creator.add(by)
      const sound = columns.audio[slot]!
      if (sound !== 0 && !audio.holds(sound, atMs)) lacking.audio.add(sound)
      for (let each = slot * categoriesPerVideo; each < (slot + 1) * categoriesPerVideo; each++) {
        const one = columns.categories[each]!
        if (one !== 0 && !category.holds(one, atMs)) lacking.category.add(one)
      }
      const lengthMs = columns.lengthMs[slot]!
      if (lengthMs !== 0 && !length.holds(lengthBucketOf(lengthMs), atMs)) lacking.length.add(lengthBucketOf(lengthMs))
    }
    return rowKinds.filter((kind) => lacking[kind].size > 0).map((kind) => ({ kind, entities: [...lacking[kind]] }))
  }
}
