import type { VectorIndex } from '../../server/src/ports/vector-index.ts'

/**
 * Of the `count` nearest to each query, by comparing it with every vector that the index has, the share that a search
 * finds. Vectors are as the index keeps them: what rounding costs is not in it.
 */
export async function recallOf(index: VectorIndex, queries: readonly Float32Array[], count: number): Promise<number> {
  const items = itemsOf(index)
  const scores = new Float32Array(items.length)
  const wanted = Math.min(count, items.length)
  let found = 0
  for (const query of queries) {
    const { items: near } = await index.search(query, wanted, new AbortController().signal)
    for (let at = 0; at < items.length; at++) scores[at] = index.vectors.dot(query, items[at]!)
    const least = scores.sort()[items.length - wanted]!
    // Through the array, whose numbers are rounded as those are.
    const scored = Float32Array.from(near, (item) => index.vectors.dot(query, item))
    found += scored.filter((score) => score >= least).length
  }
  return found / (queries.length * wanted)
}

function itemsOf({ size, vectors }: VectorIndex): Uint32Array {
  const items = new Uint32Array(size)
  for (let item = 0, at = 0; at < size; item++) if (vectors.has(item)) items[at++] = item
  return items
}
