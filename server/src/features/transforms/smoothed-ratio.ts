import { z } from 'zod'

/** A ratio of counts, drawn towards what is usual by a Beta prior: as if so many had been counted before. */
export const smoothedRatioSchema = z.strictObject({
  transform: z.literal('smoothed_ratio'),
  version: z.literal(1),
  alpha: z.number().positive(),
  beta: z.number().positive(),
})

export type SmoothedRatio = z.infer<typeof smoothedRatioSchema>

/** The mean of the posterior: `successes` of `trials`, of which there may be none. */
export const smoothedRatio = ({ alpha, beta }: SmoothedRatio, successes: number, trials: number): number =>
  (successes + alpha) / (trials + alpha + beta)

/** Priors count for no more trials than this, where entities hardly differ, and for no fewer than the other. */
const mostStrength = 100_000
const leastStrength = 0.1

/**
 * The prior from which entities with so many successes of so many trials may have come, by the method of moments: the
 * correlation within an entity is that of the analysis of variance (Ridout, Demétrio and Firth, "Estimating intraclass
 * correlation for binary data", Biometrics 55, 1999, their estimator ρ_A). Those without trials say nothing. Where all
 * fail or all succeed, half a success and half a failure are added, so that nothing is certain.
 */
export function fitSmoothedRatio(entities: Iterable<{ readonly successes: number; readonly trials: number }>): SmoothedRatio {
  let count = 0
  let successes = 0
  let trials = 0
  let squaredTrials = 0
  let withinShares = 0
  for (const entity of entities) {
    if (entity.trials === 0) continue
    count++
    successes += entity.successes
    trials += entity.trials
    squaredTrials += entity.trials ** 2
    withinShares += entity.successes ** 2 / entity.trials
  }
  const mean = successes === 0 || successes === trials ? (successes + 0.5) / (trials + 1) : successes / trials
  const strength = Math.min(mostStrength, Math.max(leastStrength, strengthOf(count, successes, trials, squaredTrials, withinShares)))
  return { transform: 'smoothed_ratio', version: 1, alpha: mean * strength, beta: (1 - mean) * strength }
}

/** α + β = 1/ρ - 1. With ρ of 0 and less entities do not differ: as strong as can be. */
function strengthOf(count: number, successes: number, trials: number, squaredTrials: number, withinShares: number): number {
  const [betweenFreedom, withinFreedom] = [count - 1, trials - count]
  if (betweenFreedom <= 0 || withinFreedom <= 0) return leastStrength
  const between = (withinShares - successes ** 2 / trials) / betweenFreedom
  const within = (successes - withinShares) / withinFreedom
  const usualTrials = (trials - squaredTrials / trials) / betweenFreedom
  const correlation = (between - within) / (between + (usualTrials - 1) * within)
  return correlation > 0 ? 1 / correlation - 1 : mostStrength
}
