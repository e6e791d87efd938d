import { seededRandom } from '../random.ts'

const resamples = 2_000

export interface Interval {
  readonly mean: number
  /** Between these lie the middle 95 % of the means of resampled people. */
  readonly low: number
  readonly high: number
}

/** The mean of one value a person, and how far it could have come out otherwise with other people (Efron 1979, percentile method). */
export function bootstrapMean(values: Float64Array): Interval {
  const random = seededRandom(1979, 7, 1, 26)
  const mean = (at: (index: number) => number) => {
    let sum = 0
    for (let index = 0; index < values.length; index++) sum += values[at(index)]!
    return sum / values.length
  }
  const means = Float64Array.from({ length: resamples }, () => mean(() => Math.floor(random() * values.length))).sort()
  const quantile = (share: number) => means[Math.round(share * (resamples - 1))]!
  return { mean: mean((index) => index), low: quantile(0.025), high: quantile(0.975) }
}
