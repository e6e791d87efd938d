import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openVectorIndex } from '../../server/src/adapters/embedded/vector-index.ts'
import type { VectorIndex } from '../../server/src/ports/vector-index.ts'
import { ClusteredVectors } from '../index/clustered-vectors.ts'
import { recallOf } from './recall.ts'

test('the recall of an index that compares all is 1, and of one that leaves out each second, a half', async (t) => {
  const drawn = new ClusteredVectors()
  const index = await openVectorIndex({ width: drawn.width })
  t.after(() => index.close())
  // Items have gaps between them, as those of a catalogue have.
  await index.upsert(
    Uint32Array.from({ length: 500 }, (_, nth) => 3 * nth),
    drawn.draw(500),
  )
  const queries = [drawn.draw(1), drawn.draw(1)]
  assert.equal(await recallOf(index, queries, 100), 1)
  assert.equal(await recallOf(index, queries, 1_000), 1)
  const search: VectorIndex['search'] = async (query, count, signal) => {
    const { items, scores } = await index.search(query, 2 * count, signal)
    const each = (_: number, at: number) => at % 2 === 0
    return { items: items.filter(each), scores: scores.filter(each) }
  }
  assert.equal(await recallOf({ size: index.size, vectors: index.vectors, search } as VectorIndex, queries, 100), 0.5)
})
