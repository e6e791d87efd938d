import type { Feature } from '../../features/vector/feature.ts'
import { feedFeatureSet } from '../../features/vector/feed-feature-set.ts'
import { FeedVectors } from '../../features/vector/feed-vectors.ts'
import { PageFeatures } from './page-features.ts'
import type { Moment } from './person-inputs.ts'
import { chancesOf, type ServingModel } from './serving-model.ts'
import { weighted } from './value-weights.ts'

/** A video on a page, as its model read it. */
export interface ReadCandidate {
  readonly moment: Moment
  readonly slot: number
  /** Both sides of the vector: `FeedVectors.personWidth` and `FeedVectors.itemWidth` numbers. */
  readonly person: readonly number[]
  readonly item: readonly number[]
  /** The person's last videos, newest first. */
  readonly recentSlots: readonly number[]
}

/** Something that was known of the person or the video. */
export interface KnownFeature {
  readonly name: string
  readonly value: number
  readonly of: 'person' | 'video'
  /** The same without it. */
  readonly hidden: (candidate: ReadCandidate) => ReadCandidate
}

/** What was known: numbers of the vector that are not what they are where nothing is known, the history, the surroundings. */
export function knownFeatures({ item, moment, person, recentSlots }: ReadCandidate): KnownFeature[] {
  const known: KnownFeature[] = []
  const ofPerson = (name: string, value: number, hidden: KnownFeature['hidden']) => known.push({ name, value, of: 'person', hidden })
  let at = 0
  for (const { length, name, without } of feedFeatureSet.personFeatures as readonly Feature[]) {
    const place = at
    at += length ?? 1
    if (length === undefined && person[place] !== without) {
      ofPerson(name, person[place]!, (read) => ({ ...read, person: read.person.with(place, without) }))
    }
  }
  if (recentSlots.length > 0) ofPerson('recent_videos', recentSlots.length, withoutHistory)
  if (moment.surface !== '') ofPerson('surface', 1, (read) => ({ ...read, moment: { ...read.moment, surface: '' } }))
  if (moment.device !== '') ofPerson('device', 1, (read) => ({ ...read, moment: { ...read.moment, device: '' } }))
  if (moment.networkKbps !== 0) {
    ofPerson('network_kbps', moment.networkKbps, (read) => ({ ...read, moment: { ...read.moment, networkKbps: 0 } }))
  }
  for (const [place, { name, without }] of (feedFeatureSet.itemFeatures as readonly Feature[]).entries()) {
    if (item[place] === without) continue
    known.push({ name, value: item[place]!, of: 'video', hidden: (read) => ({ ...read, item: read.item.with(place, without) }) })
  }
  return known
}

/** What stands where the lists about the history are when there is none; undefined elsewhere. */
const noHistory = feedFeatureSet.personFeatures.flatMap(({ length, without }: Feature) =>
  length === undefined ? [undefined] : new Array<number>(length).fill(without),
)
const withoutHistory = (read: ReadCandidate): ReadCandidate => ({
  ...read,
  recentSlots: [],
  person: read.person.map((value, at) => noHistory[at] ?? value),
})

/** Whoever waits for a page is served in between. */
const rowsAtATime = 64

/** Asks a model again about a video, with something hidden. */
export class Attribution {
  readonly #model: ServingModel
  readonly #weights: readonly number[]
  readonly #features: PageFeatures

  /** `weights` are those of the model's tasks; `mostRows` is what the model ranks at once at most. */
  constructor(model: ServingModel, weights: readonly number[], mostRows: number) {
    this.#model = model
    this.#weights = weights
    this.#features = new PageFeatures(Math.min(mostRows, rowsAtATime))
  }

  /** The value of the video. Rejects as `ServingModel.rankAll` does. */
  async value(candidate: ReadCandidate, signal: AbortSignal): Promise<number> {
    return (await this.#valuesOf(candidate, [candidate], signal))[0]!
  }

  /**
   * By how much the value falls with each feature hidden, all others left: occlusion (Zeiler and Fergus, Visualizing and
   * Understanding Convolutional Networks, 2014, §4.2). Features that say the same share no effect: each alone has little.
   * Rejects as `ServingModel.rankAll` does.
   */
  async effects(candidate: ReadCandidate, known: readonly KnownFeature[], signal: AbortSignal): Promise<Map<string, number>> {
    const whole = await this.value(candidate, signal)
    const effects = new Map<string, number>()
    for (const { name, hidden } of known.filter((each) => each.of === 'person')) {
      effects.set(name, whole - (await this.value(hidden(candidate), signal)))
    }
    const ofVideo = known.filter((each) => each.of === 'video')
    const most = this.#features.slots.length
    for (let from = 0; from < ofVideo.length; from += most) {
      const some = ofVideo.slice(from, from + most)
      const values = await this.#valuesOf(
        candidate,
        some.map(({ hidden }) => hidden(candidate)),
        signal,
      )
      for (const [at, { name }] of some.entries()) effects.set(name, whole - values[at]!)
    }
    return effects
  }

  /** Of one side of the person with several of the video. */
  async #valuesOf(
    { moment, person, recentSlots, slot }: ReadCandidate,
    rows: readonly ReadCandidate[],
    signal: AbortSignal,
  ): Promise<number[]> {
    const features = this.#features
    features.person.set(person)
    features.recentSlots = recentSlots
    features.count = rows.length
    features.slots.fill(slot, 0, rows.length)
    for (const [at, { item }] of rows.entries()) features.items.set(item, at * FeedVectors.itemWidth)
    const ranked = await this.#model.rankAll(moment, features, signal)
    const chances = new Float64Array(this.#weights.length)
    return rows.map((_, row) => {
      chancesOf(ranked, row, chances)
      return weighted(this.#weights, chances)
    })
  }
}
