import type { Candidates } from './candidates.ts'
import type { Pipeline } from './stages.ts'

/**
 * The live rows that the ranking may use, best first. Scores that are not finite count as the lowest; equal scores
 * are ordered by the pipeline's tie-break, the smaller first.
 */
export function rank<Query, Column extends string>(
  { ranks, rankBy, tieBreak }: Pipeline<Query, Column>,
  candidates: Candidates<Column>,
): { ranked: number[]; nonFinite: number } {
  let nonFinite = 0
  const { rows, live, item } = candidates
  const scores = candidates.columns[rankBy]
  const ranked: number[] = []
  for (let at = 0; at < live; at++) {
    const row = rows[at]!
    if (!ranks(candidates, row)) continue
    if (!Number.isFinite(scores[row]!)) {
      scores[row] = Number.NEGATIVE_INFINITY
      nonFinite++
    }
    ranked.push(row)
  }
  ranked.sort((a, b) => {
    const difference = scores[b]! - scores[a]!
    // Two lowest scores differ by NaN.
    return difference > 0 || difference < 0 ? difference : tieBreak(item[a]!) - tieBreak(item[b]!)
  })
  return { ranked, nonFinite }
}
