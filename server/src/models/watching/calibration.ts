import { minuteMs } from '../../clock.ts'
import { SlidingSums } from './sliding-sums.ts'

/** From where on a deviation is an alarm. */
export interface CalibrationLimits {
  /** Of actual to predicted, as |ln|: 0.2 is a fifth. */
  readonly logRatio: number
  /** In standard errors, so that chance raises none: beyond 4 lie 6 of 100,000. */
  readonly standardErrors: number
  /** Fewer pages say nothing. */
  readonly leastPages: number
}

export const calibrationLimits: CalibrationLimits = { logRatio: 0.2, standardErrors: 4, leastPages: 100 }

export interface CalibrationReading {
  /** Sums since the server began to watch. */
  readonly predicted: number
  readonly actual: number
  readonly judged: number
  /** Of the difference of the two sums, with pages as the draws; at least as the model's own chances have it. */
  readonly standardError: number
  /** Actual to predicted in the last hour; undefined where nothing was judged. */
  readonly ratio: number | undefined
  readonly isAlarm: boolean
}

/** What a model said of one task, beside what came of it: chances, or ms. */
export class Calibration {
  readonly #limits: CalibrationLimits
  /** Of the last hour: predicted, actual, pages, variance as the model has it, squared differences of pages. */
  readonly #hour = new SlidingSums(5, 5 * minuteMs, 12)
  #predicted = 0
  #actual = 0
  #judged = 0
  #pages = 0
  #squares = 0
  #variance = 0

  constructor(limits: CalibrationLimits) {
    this.#limits = limits
  }

  /** The rows of a page that were judged. `variance` is Σ p · (1 − p) of chances, and 0 of times. */
  add(nowMs: number, predicted: number, actual: number, rows: number, variance: number): void {
    this.#predicted += predicted
    this.#actual += actual
    this.#judged += rows
    const square = (actual - predicted) ** 2
    this.#pages++
    this.#squares += square
    this.#variance += variance
    this.#hour.add(nowMs, [predicted, actual, 1, variance, square])
  }

  /**
   * Rows of a page depend on each other, so pages are taken as the draws (Liang and Zeger, Longitudinal data analysis using
   * generalized linear models, 1986). That variance is too small where by chance the large differences have not come, as of
   * long times or rare outcomes: it is at least that of all pages since the beginning, and the model's own.
   */
  read(nowMs: number): CalibrationReading {
    const [predicted, actual, pages, variance, squares] = this.#hour.read(nowMs) as [number, number, number, number, number]
    const { logRatio, standardErrors, leastPages } = this.#limits
    const usual = (pages * this.#squares) / Math.max(1, this.#pages)
    const ratio = predicted > 0 ? actual / predicted : undefined
    const isFar = ratio !== undefined && Math.abs(Math.log(ratio)) > logRatio
    const isSure = Math.abs(actual - predicted) > standardErrors * Math.sqrt(Math.max(variance, squares, usual))
    return {
      predicted: this.#predicted,
      actual: this.#actual,
      judged: this.#judged,
      standardError: Math.sqrt(Math.max(this.#squares, this.#variance)),
      ratio,
      isAlarm: isFar && isSure && pages >= leastPages,
    }
  }
}
