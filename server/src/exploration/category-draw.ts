import type { Random } from '../random.ts'

/** What somebody did with the videos of one category. */
export interface CategoryRecord {
  readonly plays: number
  readonly watches: number
}

/** Posterior samples a draw. */
const samples = 64
/** Share of the draws that goes to every category alike. */
const uniformShare = 0.1
/** Plays that the population's watch rate counts for, in everybody's prior. */
const priorPlays = 4

/** Standard normal numbers by the Box-Muller transform, once for the process: a draw reads them from a place of its own. */
const normals = Float64Array.from({ length: 4_096 }, (_, n) => {
  const [u, v] = [(n + 0.5) / 4_096, (n * 0.618_033_988_749_895) % 1]
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
})

/**
 * The chance of each category, by Thompson sampling (Thompson 1933; Chapelle and Li 2011): how often it wins among 64
 * samples from everybody's posterior watch rates, nine parts, and one part even. The Beta posteriors are sampled as
 * normal distributions of the same mean and variance. The chances are known exactly because the draw itself is made
 * from them.
 *
 * @param person what the person did with each category
 * @param priors watch rate of everybody in each category, 0 to 1
 */
export function categoryChances(person: readonly CategoryRecord[], priors: readonly number[], random: Random): Float64Array {
  const chances = new Float64Array(person.length)
  const means = new Float64Array(person.length)
  const deviations = new Float64Array(person.length)
  for (let at = 0; at < person.length; at++) {
    const { plays, watches } = person[at]!
    const strength = priorPlays + plays
    const mean = (priorPlays * priors[at]! + watches) / strength
    means[at] = mean
    deviations[at] = Math.sqrt((mean * (1 - mean)) / (strength + 1))
  }
  let next = Math.floor(random() * normals.length)
  const stride = 2 * Math.floor(random() * (normals.length / 2)) + 1
  for (let sample = 0; sample < samples; sample++) {
    let winner = 0
    let best = Number.NEGATIVE_INFINITY
    for (let at = 0; at < means.length; at++) {
      next = (next + stride) & (normals.length - 1)
      const rate = means[at]! + deviations[at]! * normals[next]!
      if (rate <= best) continue
      winner = at
      best = rate
    }
    chances[winner]! += (1 - uniformShare) / samples
  }
  for (let at = 0; at < chances.length; at++) chances[at]! += uniformShare / chances.length
  return chances
}
