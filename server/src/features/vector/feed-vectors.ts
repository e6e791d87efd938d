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
  /** Of the candidates, in their order; -1 for none. */
  #creators = new Int32Array(0)
  #audios = new Int32Array(0)
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

  /** Writes the sides of candidates, `itemWidth` numbers each, one after the other. */
  candidates(slots: ArrayLike<number>, into: Float32Array): void {
    const { nowMs } = this.#page!
    const { audio, creator } = this.#catalog.columns
    const stride = FeedVectors.itemWidth
    this.#creators = numbersOf(slots, creator, this.#creators)
    this.#audios = numbersOf(slots, audio, this.#audios)
    for (let nth = 0; nth < slots.length; nth++) this.#facts(slots[nth]!, into, nth * stride)
    let at = videoFeatures.length + similarityFeatures.length
    this.#video.copyEach(slots, nowMs, into, at, stride)
    at += this.#video.width
    this.#creator.copyEach(this.#creators.subarray(0, slots.length), nowMs, into, at, stride)
    at += this.#creator.width
    this.#audio.copyEach(this.#audios.subarray(0, slots.length), nowMs, into, at, stride)
    at += this.#audio.width
    for (let nth = 0; nth < slots.length; nth++) this.#ofCategoriesAndLength(slots[nth]!, into, nth * stride + at)
  }

  /** What is known of a video by itself, and what it has in common with the person's last ones. */
  #facts(slot: number, into: Float32Array, at: number): void {
    const { lengthMs, uploadedS } = this.#catalog.columns
    const uploaded = uploadedS[slot]!
    into[at] = lengthMs[slot]!
    into[at + 1] = uploaded === 0 ? -1 : Math.max(0, Math.min(oldestHours, Math.floor((this.#page!.nowMs - uploaded * 1000) / hourMs)))
    this.#recent.compare(slot, into, at + videoFeatures.length)
  }

  /** What is counted of a video's categories and length, and of the person with them. */
  #ofCategoriesAndLength(slot: number, into: Float32Array, at: number): void {
    const { nowMs, person } = this.#page!
    const { categories, lengthMs } = this.#catalog.columns
    const bucket = lengthMs[slot] === 0 ? -1 : lengthBucketOf(lengthMs[slot]!)
    const lengthAt = at + this.#category.width
    const personCategoryAt = lengthAt + this.#length.width
    const personLengthAt = personCategoryAt + this.#personCategory.width
    const first = slot * categoriesPerVideo
    this.#category.copy(categories[first] || -1, nowMs, into, at)
    this.#length.copy(bucket < 0 ? -1 : this.#lengthEntity(bucket), nowMs, into, lengthAt)
    if (this.#isKnown && categories[first] !== 0) this.#personCategory.copy(person, categories[first]!, nowMs, into, personCategoryAt)
    else into.fill(0, personCategoryAt, personLengthAt)
    if (this.#isKnown && bucket >= 0) this.#personLength.copy(person, bucket, nowMs, into, personLengthAt)
    else into.fill(0, personLengthAt, personLengthAt + this.#personLength.width)
    for (let each = first + 1; each < first + categoriesPerVideo && categories[each] !== 0; each++) {
      this.#category.add(categories[each]!, nowMs, into, at)
      if (this.#isKnown) this.#personCategory.add(person, categories[each]!, nowMs, into, personCategoryAt)
    }
  }

  /** Writes the packed rows of some videos, one after the other. */
  gather(slots: readonly number[], nowMs: number, into: Float32Array): void {
    this.#video.copyEach(slots, nowMs, into, 0, this.#video.width)
  }

  /** Merges rows anew whose windows have slid, some at a time, so that a gather finds few of them. */
  sweep(nowMs: number, most: number): void {
    for (const rows of [this.#video, this.#creator, this.#audio, this.#category, this.#length]) rows.sweep(nowMs, most)
  }
}

/** What a column has for each of some slots, -1 for none; longer than that where `into`, which it may be, is longer. */
function numbersOf(slots: ArrayLike<number>, column: Uint32Array, into: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const numbers = into.length < slots.length ? new Int32Array(slots.length) : into
  for (let nth = 0; nth < slots.length; nth++) numbers[nth] = column[slots[nth]!]! || -1
  return numbers
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
