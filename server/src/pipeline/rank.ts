import { threshold } from '../top.ts'
import type { Candidates } from './candidates.ts'
import type { Pipeline } from './stages.ts'

/** Of one call at a time: the rows that may be ranked, and their scores. */
let eligible = new Uint32Array(1024)
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
  let count = 0
  const { rows, live, item } = candidates
  const scores = candidates.columns[rankBy]
  if (values.length < live) {
    eligible = new Uint32Array(live * 2)
    values = new Float64Array(live * 2)
  }
  for (let at = 0; at < live; at++) {
    const row = rows[at]!
    if (!ranks(candidates, row)) continue
    if (!Number.isFinite(scores[row]!)) {
      scores[row] = Number.NEGATIVE_INFINITY
      nonFinite++
    }
    values[count] = scores[row]!
    eligible[count++] = row
  }
  const least = threshold(values, count, most)
  const ranked: number[] = []
  for (let at = 0; at < count; at++) if (values[at]! >= least) ranked.push(eligible[at]!)
  // Whole numbers: a difference would be a number on the heap for each comparison.
  ranked.sort((a, b) => {
    if (scores[a]! !== scores[b]!) return scores[a]! > scores[b]! ? -1 : 1
    return tieBreak(item[a]!) < tieBreak(item[b]!) ? -1 : 1
  })
  return { ranked, nonFinite }
}
