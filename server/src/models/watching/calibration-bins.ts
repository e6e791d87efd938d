import { binsPerColumn } from './binned-drift.ts'
import { predictionBin } from './bins.ts'

/** Predictions near each other, and what came of them: chances, or ms. */
export interface CalibrationBin {
  readonly judged: number
  /** Means. */
  readonly predicted: number
  readonly actual: number
  /** 95 % interval of the mean of what came, as if rows did not depend on each other. */
  readonly low: number
  readonly high: number
}

/** Fewer of either outcome give no slope. */
const leastOutcomes = 20
const deviations = 1.96

/** What was predicted of one task beside what came of it, by predictions near each other: 1.2 KB. */
export class CalibrationBins {
  readonly #isTime: boolean
  readonly #judged = new Float64Array(binsPerColumn)
  readonly #predicted = new Float64Array(binsPerColumn)
  readonly #actual = new Float64Array(binsPerColumn)
  readonly #squares = new Float64Array(binsPerColumn)

  constructor(isTime: boolean) {
    this.#isTime = isTime
  }

  add(predicted: number, actual: number): void {
    const bin = predictionBin(this.#isTime, predicted)
    this.#judged[bin]! += 1
    this.#predicted[bin]! += predicted
    this.#actual[bin]! += actual
    this.#squares[bin]! += actual * actual
  }

  /** From low to high, without those that nothing was in. */
  read(): CalibrationBin[] {
    return Array.from(this.#judged, (judged, bin): CalibrationBin => {
      const [predicted, actual] = [this.#predicted[bin]! / judged, this.#actual[bin]! / judged]
      const variance = Math.max(0, this.#squares[bin]! / judged - actual ** 2)
      const [low, high] = this.#isTime ? normalInterval(actual, variance, judged) : wilsonInterval(actual, judged)
      return { judged, predicted, actual, low, high }
    }).filter(({ judged }) => judged > 0)
  }
}

/** Wilson, Probable inference, the law of succession, and statistical inference, 1927. */
export function wilsonInterval(share: number, rows: number): [low: number, high: number] {
  const square = deviations ** 2
  const middle = (share + square / (2 * rows)) / (1 + square / rows)
  const half = (deviations * Math.sqrt((share * (1 - share)) / rows + square / (4 * rows ** 2))) / (1 + square / rows)
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}

function normalInterval(mean: number, variance: number, rows: number): [low: number, high: number] {
  const half = deviations * Math.sqrt(variance / rows)
  return [Math.max(0, mean - half), mean + half]
}

/**
 * The slope of a logistic regression of what came on the logit of what was predicted, from bins of chances (Cox, Two further
 * applications of a model for binary regression, 1958): under 1, predictions are too far apart. Undefined where there are too
 * few of either outcome, or all predictions are alike.
 */
export function calibrationSlope(bins: readonly CalibrationBin[]): number | undefined {
  const positives = bins.reduce((total, { actual, judged }) => total + actual * judged, 0)
  const negatives = bins.reduce((total, { judged }) => total + judged, 0) - positives
  if (bins.length < 2 || Math.min(positives, negatives) < leastOutcomes) return undefined
  let [intercept, slope] = [0, 1]
  for (let step = 0; step < 25; step++) {
    // Newton's method for two parameters: gradient and Hessian of the log likelihood.
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0]
    for (const { actual, judged, predicted } of bins) {
      const logit = Math.log(predicted / (1 - predicted))
      const chance = 1 / (1 + Math.exp(-(intercept + slope * logit)))
      const weight = judged * chance * (1 - chance)
      g0 += judged * (actual - chance)
      g1 += judged * (actual - chance) * logit
      h00 += weight
      h01 += weight * logit
      h11 += weight * logit ** 2
    }
    const determinant = h00 * h11 - h01 ** 2
    if (!(determinant > 1e-9)) return undefined
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant]
    intercept += d0
    slope += d1
    if (Math.abs(d0) + Math.abs(d1) < 1e-9) return slope
  }
  return Number.isFinite(slope) ? slope : undefined
}
