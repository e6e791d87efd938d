import quickselect from 'quickselect'

/**
 * The score that a value must reach to be among the `most` highest of the first `count`; several values may tie at
 * it. -Infinity where there are no more than `most`.
 */
export function threshold(scores: Float64Array, count: number, most: number): number {
  if (count <= most) return Number.NEGATIVE_INFINITY
  const copy = scores.slice(0, count)
  quickselect(copy as unknown as number[], count - most)
  return copy[count - most]!
}
