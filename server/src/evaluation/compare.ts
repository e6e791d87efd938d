import { bootstrapMean, type Interval } from './bootstrap.ts'
import { type Measure, measures } from './quality.ts'
import type { Result } from './result.ts'

/** How much better one result is than another for the same people. */
export interface Comparison {
  readonly name: string
  readonly baseline: string
  readonly difference: Readonly<Record<Measure, Interval>>
}

export function compare(result: Result, baseline: Result): Comparison {
  const differences = measures.map((measure) => {
    const values = Float64Array.from(result.people, (_, at) => result.qualities[at]![measure] - baseline.qualities[at]![measure])
    return [measure, bootstrapMean(values)] as const
  })
  return { name: result.name, baseline: baseline.name, difference: Object.fromEntries(differences) as Comparison['difference'] }
}
