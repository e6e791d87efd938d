import { seededRandom } from '../random.ts'

const resamples = 2_000

export interface Interval {
  readonly mean: number
  /** Between these lie the middle 95 % of the means of resampled people. */
  readonly low: number
  readonly high: number
}

/**
 * The mean of what each person adds over what they weigh, and how far it could have come out otherwise with other people
 * (Efron 1979, percentile method).
 */
export function bootstrapMean(sums: Float64Array, weights = new Float64Array(sums.length).fill(1)): Interval {
  const random = seededRandom(1979, 7, 1, 26)
  const mean = (at: (index: number) => number) => {
    let [sum, weight] = [0, 0]
    for (let index = 0; index < sums.length; index++) {
      const person = at(index)
      sum += sums[person]!
      weight += weights[person]!
    }
    return sum / weight
  }
  const means = Float64Array.from({ length: resamples }, () => mean(() => Math.floor(random() * sums.length))).sort()
  const quantile = (share: number) => means[Math.round(share * (resamples - 1))]!
  return { mean: mean((index) => index), low: quantile(0.025), high: quantile(0.975) }
}
