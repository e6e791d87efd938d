import type { Catalog } from '../../catalog/catalog.ts'
import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import { outcome } from '../../people/outcomes.ts'
import type { PersonState } from '../../people/person-state.ts'
import type { Feature } from './feature.ts'

/** How many of the last videos a model is told of. */
export const recentLength = 50

const unknown = -1
const longestRatio = 10_000

/** Lists about the videos that `recent_videos` names, newest first. */
export const recentFeatures: readonly Feature[] = [
  { name: 'recent_outcomes', meaning: 'what came of it, as bits (people/outcomes.ts)', unit: 'bits', without: 0, length: recentLength },
  { name: 'recent_gaps_s', meaning: 'how long before this page it began', unit: 's', without: 0, length: recentLength },
  {
    name: 'recent_watch_ratios',
    meaning: 'time watched out of the length; -1 if either is unknown',
    unit: '1/1000',
    without: 0,
    length: recentLength,
  },
]

/** What a candidate has in common with the person's last videos. */
export const similarityFeatures: readonly Feature[] = ['category', 'creator', 'audio'].flatMap((of): Feature[] => [
  { name: `recent_of_${of}`, meaning: `of the last ${recentLength}, those of the same ${of}`, unit: 'videos', without: 0 },
  {
    name: `recent_long_views_of_${of}`,
    meaning: `of the last ${recentLength}, those of the same ${of} that were watched whole or for 18 s`,
    unit: 'videos',
    without: 0,
  },
])

/** The person's last videos, and what a candidate has in common with them. */
export class Recent {
  readonly #catalog: Catalog
  /** Newest first. */
  #slots: number[] = []
  readonly #longViews = new Uint32Array(2)
  readonly #ofCategory = new PlacesByNumber()
  readonly #ofCreator = new PlacesByNumber()
  readonly #ofAudio = new PlacesByNumber()

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  /** Slots of the videos, newest first; until another person is read. */
  get slots(): readonly number[] {
    return this.#slots
  }

  /** Ids of the videos, newest first. */
  get videoIds(): string[] {
    return this.#slots.map((slot) => this.#catalog.ids.id(slot))
  }

  /** Turns to a person, and writes `recentFeatures`. */
  read({ history }: PersonState, nowMs: number, into: Float32Array, at: number): void {
    const { columns } = this.#catalog
    const count = Math.min(recentLength, history.count)
    const nowS = Math.floor(nowMs / 1000)
    this.#slots.length = count
    this.#longViews.fill(0)
    this.#ofCategory.clear()
    this.#ofCreator.clear()
    this.#ofAudio.clear()
    into.fill(0, at, at + 3 * recentLength)
    for (let nth = 0; nth < count; nth++) {
      const from = history.count - 1 - nth
      const slot = history.videos[from]!
      const outcomes = history.outcomes[from]!
      const lengthMs = columns.lengthMs[slot]!
      const tenths = history.tenths[from]!
      this.#slots[nth] = slot
      if ((outcomes & outcome.longView) !== 0) this.#longViews[nth >>> 5]! |= 1 << (nth & 31)
      this.#ofCreator.add(columns.creator[slot]!, nth)
      this.#ofAudio.add(columns.audio[slot]!, nth)
      for (let each = slot * categoriesPerVideo; each < (slot + 1) * categoriesPerVideo; each++) {
        this.#ofCategory.add(columns.categories[each]!, nth)
      }
      into[at + nth] = outcomes
      into[at + recentLength + nth] = Math.max(0, nowS - history.timesS[from]!)
      into[at + 2 * recentLength + nth] =
        tenths === 0 || lengthMs === 0 ? unknown : Math.min(longestRatio, Math.floor(((tenths - 1) * 100_000) / lengthMs))
    }
  }

  /** Writes `similarityFeatures` of a candidate. */
  compare(slot: number, into: Float32Array, at: number): void {
    const { audio, categories, creator } = this.#catalog.columns
    const first = slot * categoriesPerVideo
    let [low, high] = [0, 0]
    for (let each = first; each < first + categoriesPerVideo && categories[each] !== 0; each++) {
      const place = this.#ofCategory.find(categories[each]!)
      low |= this.#ofCategory.low(place)
      high |= this.#ofCategory.high(place)
    }
    this.#count(low, high, into, at)
    const ofCreator = this.#ofCreator.find(creator[slot]!)
    this.#count(this.#ofCreator.low(ofCreator), this.#ofCreator.high(ofCreator), into, at + 2)
    const ofAudio = this.#ofAudio.find(audio[slot]!)
    this.#count(this.#ofAudio.low(ofAudio), this.#ofAudio.high(ofAudio), into, at + 4)
  }

  #count(low: number, high: number, into: Float32Array, at: number): void {
    if ((low | high) === 0) {
      into[at] = 0
      into[at + 1] = 0
      return
    }
    into[at] = bits(low) + bits(high)
    into[at + 1] = bits(low & this.#longViews[0]!) + bits(high & this.#longViews[1]!)
  }
}

/** A power of 2, and at least twice as many as there can be numbers: those of all categories of the last videos. */
const tableSize = 512

/** In which places of a list, of up to 64, each number is; 0 stands for none. */
class PlacesByNumber {
  /** A hash table with linear probing; 0 where nothing is. */
  readonly #numbers = new Uint32Array(tableSize)
  readonly #masks = new Uint32Array(2 * tableSize)

  clear(): void {
    this.#numbers.fill(0)
    this.#masks.fill(0)
  }

  add(number: number, place: number): void {
    if (number === 0) return
    const at = this.find(number)
    this.#numbers[at] = number
    this.#masks[2 * at + (place >>> 5)]! |= 1 << (place & 31)
  }

  /** Where the places of a number are, until another is added. */
  find(number: number): number {
    let at = (Math.imul(number, 0x9e3779b1) >>> 16) & (tableSize - 1)
    while (this.#numbers[at] !== 0 && this.#numbers[at] !== number) at = (at + 1) & (tableSize - 1)
    return at
  }

  /** A bit for each of the first 32 places. */
  low(at: number): number {
    return this.#masks[2 * at]!
  }

  /** A bit for each of the others. */
  high(at: number): number {
    return this.#masks[2 * at + 1]!
  }
}

/** How many bits of a word are 1 (Warren, Hacker's Delight, 5-1). */
function bits(word: number): number {
  let count = word - ((word >>> 1) & 0x5555_5555)
  count = (count & 0x3333_3333) + ((count >>> 2) & 0x3333_3333)
  return Math.imul((count + (count >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}
