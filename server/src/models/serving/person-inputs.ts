import type { Catalog } from '../../catalog/catalog.ts'
import { type NamedFeature, widthOf } from '../../features/vector/feature-set.ts'
import { feedFeatureSet } from '../../features/vector/feed-feature-set.ts'
import { recentLength } from '../../features/vector/recent.ts'
import type { Tensor } from '../../ports/graph-runtime.ts'
import { localTime } from './local-time.ts'
import type { ModelRows, VideoRows } from './model-rows.ts'
import { shaped, sharedFloats, WholeNumbers } from './tensors.ts'
import { VideoInputs } from './video-inputs.ts'

/** A person at the moment of a request. */
export interface Moment {
  readonly nowMs: number
  readonly surface: string
  readonly device: string
  /** 0 if unknown. */
  readonly networkKbps: number
  /** An IANA name; UTC where it is unknown. */
  readonly timeZone: string
}

const { personFeatures } = feedFeatureSet
const numbers = widthOf(personFeatures.filter((feature: NamedFeature) => feature.length === undefined))
const placeOf = (name: string) =>
  widthOf(
    personFeatures.slice(
      0,
      personFeatures.findIndex((feature) => feature.name === name),
    ),
  )
const [outcomesAt, gapsAt, ratiosAt] = [placeOf('recent_outcomes'), placeOf('recent_gaps_s'), placeOf('recent_watch_ratios')]

/** What a model reads of a person and the moment. */
export class PersonInputs {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly #rows: ModelRows
  readonly #recent: VideoInputs
  readonly #values = sharedFloats(numbers)
  readonly #outcomes = new WholeNumbers(recentLength)
  readonly #gapsS = sharedFloats(recentLength)
  readonly #ratios = sharedFloats(recentLength)
  readonly #surface = new WholeNumbers(1)
  readonly #device = new WholeNumbers(1)
  readonly #networkKbps = sharedFloats(1)
  readonly #hour = new WholeNumbers(1)
  readonly #weekday = new WholeNumbers(1)

  constructor(catalog: Catalog, rows: ModelRows, videoRows: VideoRows) {
    this.#rows = rows
    this.#recent = new VideoInputs(catalog, rows, videoRows, recentLength)
    this.tensors = {
      person_values: shaped(this.#values, 1, numbers),
      ...this.#recent.recent(recentLength),
      recent_outcomes: this.#outcomes.shaped(1, recentLength),
      recent_gaps_s: shaped(this.#gapsS, 1, recentLength),
      recent_watch_ratios: shaped(this.#ratios, 1, recentLength),
      surface: this.#surface.shaped(1),
      device: this.#device.shaped(1),
      network_kbps: shaped(this.#networkKbps, 1),
      hour_of_day: this.#hour.shaped(1),
      weekday: this.#weekday.shaped(1),
    }
  }

  /** `values` is the person's side of `feedFeatureSet`, whose lists are about the videos in `recentSlots`. */
  set(moment: Moment, values: Float32Array, recentSlots: readonly number[]): void {
    this.#recent.clear()
    this.#recent.set(recentSlots)
    this.#values.set(values.subarray(0, numbers))
    for (let nth = 0; nth < recentLength; nth++) this.#outcomes.set(nth, values[outcomesAt + nth]!)
    this.#gapsS.set(values.subarray(gapsAt, gapsAt + recentLength))
    this.#ratios.set(values.subarray(ratiosAt, ratiosAt + recentLength))
    this.#surface.set(0, this.#rows.surface(moment.surface))
    this.#device.set(0, this.#rows.device(moment.device))
    this.#networkKbps[0] = moment.networkKbps
    const { hour, weekday } = localTime(moment.nowMs, moment.timeZone)
    this.#hour.set(0, hour)
    this.#weekday.set(0, weekday)
  }
}
