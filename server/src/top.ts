import quickselect from 'quickselect'

/** Of long lists one score in this many is looked at first. */
const sampledEvery = 16
let scratch = new Float64Array(1024)

/**
 * The score that a value must reach to be among the `most` highest of the first `count`; several values may tie at
 * it. -Infinity where there are no more than `most`. From a sample it guesses a lower bound, so that of a long list
 * few scores need selecting (Floyd and Rivest 1975).
 */
export function threshold(scores: Float64Array, count: number, most: number): number {
  if (count <= most) return Number.NEGATIVE_INFINITY
  if (scratch.length < count) scratch = new Float64Array(count * 2)
  // Twice the share that is wanted: a bound that lets too few through costs a second look.
  const ofSample = Math.ceil((2 * most) / sampledEvery) + 8
  const sampled = Math.floor(count / sampledEvery)
  if (sampled > ofSample) {
    for (let at = 0; at < sampled; at++) scratch[at] = scores[at * sampledEvery]!
    const bound = select(sampled, ofSample)
    let kept = 0
    for (let at = 0; at < count; at++) if (scores[at]! >= bound) scratch[kept++] = scores[at]!
    if (kept >= most) return select(kept, most)
  }
  scratch.set(scores.subarray(0, count))
  return select(count, most)
}

/** The `most`-th highest of the first `count` in `scratch`. */
function select(count: number, most: number): number {
  quickselect(scratch as unknown as number[], count - most, 0, count - 1)
  return scratch[count - most]!
}
