import { best } from '../counters/best.ts'
import type { Rows } from './rows.ts'
import type { VideoCounts } from './source-data.ts'

/** How much the day before counts in the strongest baseline. */
const impressionsExponent = 0.3

/** Gives the videos that a person has not seen, the best first. */
export type Recommend = (person: number, most: number) => readonly number[]

export interface Baseline {
  readonly name: string
  readonly recommend: Recommend
}

export interface BaselineData {
  readonly seen: Rows
  readonly longViewed: Rows
  readonly counts: VideoCounts
}

export const strongestBaseline = "item-kNN × (1 + yesterday's impressions)^.3"

/** What a feed should beat: popularity, item-to-item neighbours, and both at once. Equal scores go by popularity. */
export function baselines({ seen, longViewed, counts }: BaselineData): Baseline[] {
  const { longViewsOneDay, longViewsSevenDays, longViewsEver, impressionsOneDay } = counts
  const videos = longViewsEver.length
  const tieOrder = orderBy(
    longViewsSevenDays,
    orderBy(
      longViewsEver,
      Array.from({ length: videos }, (_, video) => video),
    ),
  )
  const place = new Uint32Array(videos)
  for (const [at, video] of tieOrder.entries()) place[video] = at
  const yesterday = impressionsOneDay.map((impressions) => (1 + impressions) ** impressionsExponent)
  const neighbours = new ItemNeighbours(longViewed, videos)
  return [
    { name: 'popularity, 1 day', recommend: inOrder(orderBy(longViewsOneDay, tieOrder), seen) },
    { name: 'popularity, 7 days', recommend: inOrder(tieOrder, seen) },
    { name: 'item-kNN', recommend: byScore((person) => neighbours.scores(person), place, seen) },
    {
      name: strongestBaseline,
      recommend: byScore((person) => neighbours.scores(person).map((score, video) => score * yesterday[video]!), place, seen),
    },
  ]
}

/** Item-to-item by the cosine of columns of the binary matrix person × video. */
export class ItemNeighbours {
  readonly #people: Rows
  readonly #viewers: Rows
  /** One over the length of each video's column. */
  readonly #weight: Float64Array

  constructor(longViewed: Rows, videos: number) {
    this.#people = longViewed
    this.#viewers = longViewed.transposed(videos)
    this.#weight = Float64Array.from({ length: videos }, (_, video) => 1 / Math.sqrt(Math.max(1, this.#viewers.of(video).length)))
  }

  /**
   * For each video the sum of its cosines with those that the person had a long view of. Goes by way of the people who
   * share some of them, so that no matrix of videos × videos is needed. What the person has viewed is compared with
   * itself too, which is of no use.
   */
  scores(person: number): Float64Array {
    const shared = new Map<number, number>()
    for (const video of this.#people.of(person)) {
      for (const viewer of this.#viewers.of(video)) shared.set(viewer, (shared.get(viewer) ?? 0) + this.#weight[video]!)
    }
    const scores = new Float64Array(this.#weight.length)
    for (const [viewer, weight] of shared) for (const video of this.#people.of(viewer)) scores[video]! += weight
    return scores.map((score, video) => score * this.#weight[video]!)
  }
}

/** The most first; equal ones stay in the order given. */
const orderBy = (values: Float64Array, order: readonly number[]) => order.toSorted((a, b) => values[b]! - values[a]!)

const inOrder =
  (order: readonly number[], seen: Rows): Recommend =>
  (person, most) => {
    const known = new Set(seen.of(person))
    return order
      .values()
      .filter((video) => !known.has(video))
      .take(most)
      .toArray()
  }

const byScore =
  (scoresOf: (person: number) => Float64Array, place: Uint32Array, seen: Rows): Recommend =>
  (person, most) => {
    const scores = scoresOf(person)
    const known = new Set(seen.of(person))
    const unseen = scores.keys().filter((video) => !known.has(video))
    return best(
      unseen,
      most,
      (video) => scores[video]!,
      (video) => place[video]!,
    )
  }
