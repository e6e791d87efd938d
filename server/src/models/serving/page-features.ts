import { FeedVectors, type PageContext } from '../../features/vector/feed-vectors.ts'
import { sharedFloats } from './tensors.ts'

/** The features of one page's candidates, as the log keeps them and models read them. */
export class PageFeatures {
  /** The person's side. */
  readonly person = new Float32Array(FeedVectors.personWidth)
  /** `FeedVectors.itemWidth` numbers a candidate, by its place. Workers read them where they are. */
  readonly items: Float32Array
  /** The person's last videos, newest first. */
  recentSlots: readonly number[] = []
  /** The slot in each place. */
  readonly slots: Uint32Array
  count = 0
  /** Whether a worker may still read them: then nothing else is to be written there. */
  isBeingRead = false

  constructor(capacity: number) {
    this.items = sharedFloats(capacity * FeedVectors.itemWidth)
    this.slots = new Uint32Array(capacity)
  }

  /** Gathers them as of now; the places are those of `slots`. */
  gather(vectors: FeedVectors, page: PageContext, slots: ArrayLike<number>): void {
    vectors.begin(page, this.person)
    this.recentSlots = [...vectors.recentSlots]
    this.count = slots.length
    this.slots.set(slots)
    vectors.candidates(this.slots.subarray(0, slots.length), this.items)
  }

  /** A number of a candidate, by its place and that of the feature. */
  item(place: number, feature: number): number {
    return this.items[place * FeedVectors.itemWidth + feature]!
  }

  /** All numbers of a candidate, by its place. */
  row(place: number): Float32Array {
    return this.items.subarray(place * FeedVectors.itemWidth, (place + 1) * FeedVectors.itemWidth)
  }

  /** All numbers of the candidate with this slot, which must be among them. */
  itemOf(slot: number): Float32Array {
    const place = this.slots.subarray(0, this.count).indexOf(slot)
    if (place < 0) throw new RangeError(`${slot} is not among the candidates`)
    return this.row(place)
  }
}
