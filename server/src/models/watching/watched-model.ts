import { sum } from '../../quality/drift.ts'
import { tasks } from '../tasks.ts'
import { BinnedDrift } from './binned-drift.ts'
import { predictionBin, quantile } from './bins.ts'
import { Calibration, type CalibrationLimits, type CalibrationReading } from './calibration.ts'
import { type CalibrationBin, CalibrationBins } from './calibration-bins.ts'
import { FeatureDrift, type FeatureDriftReading } from './feature-drift.ts'
import type { ShownRows, WaitingPage } from './shown-rows.ts'

export interface TaskReading extends CalibrationReading {
  readonly task: string
  /** By predictions near each other, since the server began to watch. */
  readonly bins: readonly CalibrationBin[]
  /** Of what was predicted in this hour and the last for what was shown; undefined where nothing was. */
  readonly quantiles: readonly { readonly share: number; readonly value: number }[]
  /** Population stability index of that against the model's first hours. */
  readonly predictionIndex: number | undefined
}

export interface ModelReading {
  readonly model: string
  readonly tasks: readonly TaskReading[]
  readonly features: FeatureDriftReading
}

const isTime = tasks.map((task) => task === 'watch_ms')
const shares = [0.1, 0.5, 0.9]

/** What one version of a model said, and what came of it. */
export class WatchedModel {
  readonly id: string
  readonly features = new FeatureDrift()
  readonly #calibrations: readonly Calibration[]
  readonly #bins = isTime.map((each) => new CalibrationBins(each))
  readonly #predictions = new BinnedDrift(tasks.length)
  /** Of the page that is judged, by task. */
  readonly #predicted = new Float64Array(tasks.length)
  readonly #actual = new Float64Array(tasks.length)
  readonly #rows = new Float64Array(tasks.length)
  readonly #variance = new Float64Array(tasks.length)

  constructor(id: string, limits: CalibrationLimits) {
    this.id = id
    this.#calibrations = tasks.map(() => new Calibration(limits))
  }

  /** What was predicted for a page that is served. */
  said(nowMs: number, rows: ShownRows<unknown>, page: WaitingPage<unknown>): void {
    this.#predictions.turnTo(nowMs)
    for (let place = 0; place < page.count; place++) {
      const at = rows.rowOf(page, place) * tasks.length
      for (let task = 0; task < tasks.length; task++) {
        const value = rows.predicted[at + task]!
        if (value > 0) this.#predictions.count(task, predictionBin(isTime[task]!, value))
      }
    }
  }

  /** A row of the page that is judged, with what became of it. */
  judge(rows: ShownRows<unknown>, row: number, outcomes: Float64Array): void {
    for (let task = 0; task < tasks.length; task++) {
      const predicted = rows.predicted[row * tasks.length + task]!
      const actual = outcomes[task]!
      if (predicted <= 0 || Number.isNaN(actual)) continue
      this.#predicted[task]! += predicted
      this.#actual[task]! += actual
      this.#rows[task]! += 1
      this.#bins[task]!.add(predicted, actual)
      if (!isTime[task]) this.#variance[task]! += predicted * (1 - predicted)
    }
  }

  /** All rows of the page were judged. */
  judged(nowMs: number): void {
    for (let task = 0; task < tasks.length; task++) {
      const rows = this.#rows[task]!
      if (rows > 0) this.#calibrations[task]!.add(nowMs, this.#predicted[task]!, this.#actual[task]!, rows, this.#variance[task]!)
    }
    for (const sums of [this.#predicted, this.#actual, this.#rows, this.#variance]) sums.fill(0)
  }

  /** Of the tasks that it has said anything of. */
  read(nowMs: number): ModelReading {
    this.#predictions.turnTo(nowMs)
    const read = tasks.flatMap((task, at): TaskReading[] => {
      const newest = this.#predictions.newest(at)
      const calibration = this.#calibrations[at]!.read(nowMs)
      if (calibration.judged === 0 && sum(newest) === 0) return []
      const quantiles = shares.flatMap((share) => {
        const value = quantile(isTime[at]!, newest, share)
        return value === undefined ? [] : [{ share, value }]
      })
      return [{ task, ...calibration, bins: this.#bins[at]!.read(), quantiles, predictionIndex: this.#predictions.index(at) }]
    })
    return { model: this.id, tasks: read, features: this.features.read(nowMs) }
  }
}
