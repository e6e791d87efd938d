import type { Finding } from './expectation.ts'

/** A week: the day before and the same weekday are among them, and one odd day moves no median. */
export const daysBefore = 7

/** Fewer days with rows say nothing. */
const leastDays = 3
/** Hours that usually have fewer rows say nothing. */
const leastRows = 200
/** So many times more or less than usual is still normal. */
const mostTimes = 3

/** What the median absolute deviation is multiplied by to estimate a standard deviation (Rousseeuw and Croux, 1993). */
const madToDeviation = 1.4826
const mostDeviations = 5

/**
 * Whether an hour has about as many rows as the same hour on the days before, in logarithms: a feed grows and shrinks by
 * factors. `what` names the rows.
 */
export function checkVolume(rows: number, before: readonly number[], what: string): Finding[] {
  const known = before.filter((each) => each > 0)
  if (known.length < leastDays) return []
  const usual = median(known)
  if (usual < leastRows) return []
  const distances = known.map((each) => Math.abs(Math.log(each / usual)))
  const allowed = Math.max(Math.log(mostTimes), mostDeviations * madToDeviation * median(distances))
  if (Math.abs(Math.log(rows / usual)) <= allowed) return []
  const found = `${rows} rows; usual are ${Math.round(usual)}`
  return [{ type: 'expect_table_row_count_to_be_near_the_same_hour_before', kind: 'volume', severity: 'critical', about: what, found }]
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
