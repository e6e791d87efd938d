/**
 * A quantile of what a histogram counted, interpolated within its bucket as if that were filled evenly; undefined of
 * nothing. `bounds` are the upper ones, rising, the last may be Infinity; `cumulative` counts what is at most each of them.
 * What lies beyond the largest finite bound is said to be there.
 */
export function quantile(share: number, bounds: readonly number[], cumulative: readonly number[]): number | undefined {
  const total = cumulative.at(-1) ?? 0
  if (total <= 0) return undefined
  const wanted = share * total
  const bucket = cumulative.findIndex((count) => count >= wanted && count > 0)
  const [below, lower] = bucket === 0 ? [0, 0] : [cumulative[bucket - 1]!, bounds[bucket - 1]!]
  const upper = bounds[bucket]!
  if (!Number.isFinite(upper)) return lower
  return lower + ((upper - lower) * (wanted - below)) / (cumulative[bucket]! - below)
}
