import { threshold } from '../top.ts'
import type { Candidates } from './candidates.ts'
import type { Pipeline } from './stages.ts'

/** Of one call at a time. */
let values = new Float64Array(1024)

/**
 * The live rows that the ranking may use, best first; the best `most` where there are more, and those that tie with
 * the last of them. Scores that are not finite count as the lowest; equal scores are ordered by the pipeline's
 * tie-break, the smaller first.
 */
export function rank<Query, Column extends string>(
  { ranks, rankBy, tieBreak }: Pipeline<Query, Column>,
  candidates: Candidates<Column>,
  most: number,
): { ranked: number[]; nonFinite: number } {
  let nonFinite = 0
  const { rows, live, item } = candidates
  const scores = candidates.columns[rankBy]
  const eligible: number[] = []
  if (values.length < live) values = new Float64Array(live * 2)
  for (let at = 0; at < live; at++) {
    const row = rows[at]!
    if (!ranks(candidates, row)) continue
    if (!Number.isFinite(scores[row]!)) {
      scores[row] = Number.NEGATIVE_INFINITY
      nonFinite++
    }
    values[eligible.length] = scores[row]!
    eligible.push(row)
  }
  const least = threshold(values, eligible.length, most)
  const ranked = eligible.length <= most ? eligible : eligible.filter((row) => scores[row]! >= least)
  ranked.sort((a, b) => {
    const difference = scores[b]! - scores[a]!
    // Two lowest scores differ by NaN.
    return difference > 0 || difference < 0 ? difference : tieBreak(item[a]!) - tieBreak(item[b]!)
  })
  return { ranked, nonFinite }
}
