/** The number of the bucket in which a value lies: how many of the edges, in ascending order, are not above it. */
export function bucketOf(value: number, edges: readonly number[]): number {
  let below = 0
  while (below < edges.length && value >= edges[below]!) below++
  return below
}
