import { bootstrapMean, type Interval } from './bootstrap.ts'
import type { PageBreadth } from './page-breadth.ts'
import { type Measure, measures } from './quality.ts'
import type { Result } from './result.ts'

/** How much better one result is than another for the same people. */
export interface Comparison {
  readonly name: string
  readonly baseline: string
  readonly difference: Readonly<Record<Measure, Interval>>
  /** The difference as a part of the baseline. */
  readonly relative: Readonly<Record<Measure, number>>
  /** What it wins or costs in how different the videos of a page are. */
  readonly breadth: Readonly<Record<keyof PageBreadth, Interval>>
}

export function compare(result: Result, baseline: Result): Comparison {
  const interval = (of: (from: Result, at: number) => number) =>
    bootstrapMean(Float64Array.from(result.people, (_, at) => of(result, at) - of(baseline, at)))
  const byMeasure = <Value>(of: (measure: Measure) => Value) =>
    Object.fromEntries(measures.map((measure) => [measure, of(measure)])) as Record<Measure, Value>
  return {
    name: result.name,
    baseline: baseline.name,
    difference: byMeasure((measure) => interval(({ qualities }, at) => qualities[at]![measure])),
    relative: byMeasure((measure) => result.quality[measure] / baseline.quality[measure] - 1),
    breadth: {
      distance: interval(({ pageBreadths }, at) => pageBreadths[at]!.distance),
      categories: interval(({ pageBreadths }, at) => pageBreadths[at]!.categories),
    },
  }
}
