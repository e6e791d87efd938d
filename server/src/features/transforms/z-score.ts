import { z } from 'zod'

/** How many standard deviations from the mean. */
export const zScoreSchema = z.strictObject({
  transform: z.literal('z_score'),
  version: z.literal(1),
  mean: z.number(),
  deviation: z.number().positive(),
})

export type ZScore = z.infer<typeof zScoreSchema>

/** Of unknown (NaN): 0, which is the mean. */
export const zScore = ({ deviation, mean }: ZScore, value: number): number => (Number.isNaN(value) ? 0 : (value - mean) / deviation)

/**
 * Mean and standard deviation of a population, in one pass (Welford, "Note on a method for calculating corrected sums of
 * squares and products", Technometrics 4, 1962). Unknown values (NaN) are left out. Values that are all the same have a deviation of 1.
 */
export function fitZScore(values: Iterable<number>): ZScore {
  let count = 0
  let mean = 0
  let squares = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    count++
    const before = value - mean
    mean += before / count
    squares += before * (value - mean)
  }
  const deviation = Math.sqrt(squares / count)
  return { transform: 'z_score', version: 1, mean, deviation: deviation > 0 ? deviation : 1 }
}
