import type { VectorReader } from '../../ports/vector-index.ts'

/**
 * Intra-list diversity: the mean of 1 − cosine over all pairs of a page (Ziegler et al., Improving recommendation lists
 * through topic diversification, 2005), 0 to 2. Undefined where fewer than two have vectors.
 */
export function intraListDiversity(slots: readonly number[], vectors: VectorReader): number | undefined {
  const known = slots.filter((slot) => slot >= 0 && vectors.has(slot))
  if (known.length < 2) return undefined
  let distance = 0
  for (let at = 1; at < known.length; at++)
    for (let other = 0; other < at; other++) distance += 1 - vectors.similarity(known[at]!, known[other]!)
  return (2 * distance) / (known.length * (known.length - 1))
}

/**
 * Novelty of a video: −log2 of its share of all impressions, in bits (Vargas and Castells, Rank and relevance in novelty and
 * diversity metrics for recommender systems, 2011). One more than is counted, so that what was never shown has one too.
 */
export const novelty = (impressions: number, ofAll: number): number => -Math.log2((impressions + 1) / (Math.max(ofAll, impressions) + 1))
