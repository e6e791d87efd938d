import type { Catalog } from '../../catalog/catalog.ts'
import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import { hourMs } from '../../clock.ts'
import type { PersonState } from '../../people/person-state.ts'
import type { FetchedCounts } from '../shared/fetched-counts.ts'
import type { RowKind } from '../shared/shared-counts.ts'
import type { FeatureTiles } from '../tiles/feature-tiles.ts'
import type { IdTable } from '../tiles/owners.ts'
import { lengthBucketOf } from '../views/entities.ts'
import { feedViews } from '../views/feed-views.ts'
import { type Counted, CountedReader } from './counted.ts'
import { countedOfTheFeed } from './counted-of-the-feed.ts'
import type { CountedRows } from './counted-rows.ts'
import { widthOf } from './feature-set.ts'
import { feedFeatureSet, videoFeatures } from './feed-feature-set.ts'
import { PackedRows } from './packed-rows.ts'
import { PersonRows } from './person-rows.ts'
import { Recent, similarityFeatures } from './recent.ts'
import { readSession, sessionFeatures } from './session.ts'

const oldestHours = 10 * 365 * 24

/** Whom a page is for. */
export interface PageContext {
  readonly person: string
  readonly state: PersonState
  readonly surface: string
  readonly nowMs: number
}

/**
 * The vectors of `feedFeatureSet`, as of everything that was applied, in the precision in which models read them: whoever
 * serves, logs or replays them has the same numbers. It is on one page at a time, when that is `ready`: `begin`, then the
 * candidates, without anything being applied in between.
 */
export class FeedVectors {
  /** Numbers of a vector's two sides. */
  static readonly personWidth = widthOf(feedFeatureSet.personFeatures)
  static readonly itemWidth = widthOf(feedFeatureSet.itemFeatures)
  readonly #catalog: Catalog
  readonly #recent: Recent
  readonly #fetched: FetchedCounts | undefined
  readonly #video: CountedRows
  readonly #creator: CountedRows
  readonly #audio: CountedRows
  readonly #category: CountedRows
  readonly #length: CountedRows
  readonly #lengthEntity: (bucket: number) => number
  readonly #person: readonly CountedReader[]
  readonly #surface: readonly CountedReader[]
  readonly #personSurface: readonly CountedReader[]
  readonly #personCategory: PersonRows
  readonly #personLength: PersonRows
  #page: PageContext | undefined
  /** Whether anything is counted of the page's person. */
  #isKnown = false

  /**
   * The tiles number videos, creators, audio and categories as the catalogue does (`idsOf`). Of what is `fetched` from
   * others, they are those of the page's person and surface alone.
   */
  constructor(tiles: FeatureTiles, catalog: Catalog, fetched?: FetchedCounts) {
    this.#catalog = catalog
    this.#fetched = fetched
    this.#recent = new Recent(catalog)
    const readers = (counted: readonly Counted[]) => counted.map((each) => new CountedReader(tiles, each))
    const counted = countedOfTheFeed
    const rows = (kind: RowKind): CountedRows => fetched?.rows[kind] ?? new PackedRows(tiles, counted[kind])
    this.#video = rows('video')
    this.#creator = rows('creator')
    this.#audio = rows('audio')
    this.#category = rows('category')
    this.#length = rows('length')
    const length = tiles.reader(feedViews.length.watches)
    this.#lengthEntity = fetched === undefined ? (bucket) => length.find(bucket) : (bucket) => bucket
    this.#person = readers(counted.person)
    this.#surface = readers(counted.surface)
    this.#personSurface = readers(counted.personSurface)
    this.#personCategory = new PersonRows(readers(counted.personCategory), (category) => catalog.categories.id(category))
    this.#personLength = new PersonRows(readers(counted.personLength), (bucket) => bucket)
  }

  /** Slots of the person's last videos, newest first; until the next `begin`. */
  get recentSlots(): readonly number[] {
    return this.#recent.slots
  }

  /** Their ids. */
  get recentVideos(): string[] {
    return this.#recent.videoIds
  }

  /** Whether what is counted may lack what has happened for a while. */
  get isBehind(): boolean {
    return this.#fetched?.isBehind ?? false
  }

  /**
   * Calls `then` when all is at hand that vectors of these candidates are made of, and in the same turn; at once where
   * nothing has to be fetched. Rejects where that takes too long; then `then` is not called any more.
   */
  ready(page: PageContext, slots: ArrayLike<number>, then: () => void): void | Promise<void> {
    return this.#fetched === undefined ? then() : this.#fetched.ready(page, slots, then)
  }

  /** Turns to a page, and writes the person's side, `personWidth` numbers. */
  begin(page: PageContext, into: Float32Array): void {
    const { nowMs, person, state, surface } = page
    this.#page = page
    this.#fetched?.turnTo(page)
    this.#personCategory.clear()
    this.#personLength.clear()
    readSession(state, nowMs, into, 0)
    let at: number = sessionFeatures.length
    this.#isKnown = this.#person[0]!.reader.find(person) >= 0
    for (const each of this.#person) at = readInto(each, this.#isKnown ? each.reader.find(person) : -1, nowMs, into, at)
    for (const each of this.#surface) at = readInto(each, each.reader.find(surface), nowMs, into, at)
    for (const each of this.#personSurface) at = readInto(each, this.#isKnown ? each.reader.find(person, surface) : -1, nowMs, into, at)
    this.#recent.read(state, nowMs, into, at)
  }

  /** Writes a candidate's side from `at` on, `itemWidth` numbers. */
  candidate(slot: number, into: Float32Array, at: number): void {
    const { nowMs, person } = this.#page!
    const { columns } = this.#catalog
    const lengthMs = columns.lengthMs[slot]!
    const uploadedS = columns.uploadedS[slot]!
    into[at] = lengthMs
    into[at + 1] = uploadedS === 0 ? -1 : Math.max(0, Math.min(oldestHours, Math.floor((nowMs - uploadedS * 1000) / hourMs)))
    let next = at + videoFeatures.length
    this.#recent.compare(slot, into, next)
    next += similarityFeatures.length
    this.#video.copy(slot, nowMs, into, next)
    next += this.#video.width
    this.#creator.copy(columns.creator[slot] || -1, nowMs, into, next)
    next += this.#creator.width
    this.#audio.copy(columns.audio[slot] || -1, nowMs, into, next)
    next += this.#audio.width
    const bucket = lengthMs === 0 ? -1 : lengthBucketOf(lengthMs)
    const categoriesAt = next
    next += this.#category.width
    this.#length.copy(bucket < 0 ? -1 : this.#lengthEntity(bucket), nowMs, into, next)
    next += this.#length.width
    const personAt = next
    into.fill(0, categoriesAt, categoriesAt + this.#category.width)
    into.fill(0, personAt, at + FeedVectors.itemWidth)
    for (let each = slot * categoriesPerVideo; each < (slot + 1) * categoriesPerVideo; each++) {
      const category = columns.categories[each]!
      if (category === 0) break
      this.#category.add(category, nowMs, into, categoriesAt)
      if (this.#isKnown) this.#personCategory.add(person, category, nowMs, into, personAt)
    }
    if (this.#isKnown && bucket >= 0) this.#personLength.add(person, bucket, nowMs, into, personAt + this.#personCategory.width)
  }

  /** Writes the packed rows of some videos, one after the other. */
  gather(slots: readonly number[], nowMs: number, into: Float32Array): void {
    for (let at = 0; at < slots.length; at++) this.#video.copy(slots[at]!, nowMs, into, at * this.#video.width)
  }

  /** Merges rows anew whose windows have slid, some at a time, so that a gather finds few of them. */
  sweep(nowMs: number, most: number): void {
    for (const rows of [this.#video, this.#creator, this.#audio, this.#category, this.#length]) rows.sweep(nowMs, most)
  }
}

/** Tables of ids for the tiles: those of the catalogue, to which names come that are in records only. */
export const idsOf = ({ ids, creators, audios, categories }: Catalog) => ({
  video_id: ids,
  creator_id: interning(creators),
  audio_id: interning(audios),
  category: interning(categories),
})

/** Names looked up lately, with their numbers: most records are about what others just were about. */
const mostRemembered = 10_000

function interning(table: Catalog['creators']): IdTable {
  const remembered = new Map<string, number>()
  return {
    find(id) {
      let number = remembered.get(id)
      if (number !== undefined) return number
      number = table.intern(id)
      if (remembered.size === mostRemembered) remembered.clear()
      remembered.set(id, number)
      return number
    },
    id: (number) => table.id(number),
  }
}

function readInto(counted: CountedReader, entity: number, nowMs: number, into: Float32Array, at: number): number {
  counted.read(entity, nowMs, into, at)
  return at + counted.width
}
