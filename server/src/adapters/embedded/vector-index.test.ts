import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { vectorIndexContract } from '../../ports/vector-index-contract.ts'
import { openVectorIndex, type VectorIndexOptions } from './vector-index.ts'

const width = 4
const never = new AbortController().signal

for (const [how, leastListRows] of [
  ['in one list', Number.POSITIVE_INFINITY],
  ['in many lists', 3],
] as const) {
  vectorIndexContract(`embedded, ${how}`, (columns, from) => openVectorIndex({ width: columns, leastListRows, ...(from && { from }) }))

  describe(`the embedded index, ${how}`, () => {
    test('after any changes it has what was put last and not removed, by the vector put last', async (t) => {
      const item = fc.nat({ max: 11 })
      const number = fc.integer({ min: -100, max: 100 })
      const vector = fc.tuple(number, number, number, number).filter((values) => values.some((value) => value !== 0))
      const change = fc.oneof(
        fc.record({ put: fc.array(fc.tuple(item, vector), { minLength: 1, maxLength: 4 }) }),
        fc.record({ remove: fc.array(item, { minLength: 1, maxLength: 4 }) }),
      )
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 12 }), vector, async (changes, asked) => {
          const index = await opened(t, { leastListRows })
          const kept = new Map<number, readonly number[]>()
          for (const made of changes) {
            if ('put' in made) {
              for (const [at, values] of made.put) kept.set(at, values)
              await index.upsert(
                Uint32Array.from(made.put, ([at]) => at),
                Float32Array.from(made.put.flatMap(([, values]) => values)),
              )
            } else {
              for (const at of made.remove) kept.delete(at)
              await index.remove(Uint32Array.from(made.remove))
            }
          }
          const query = Float32Array.from(asked)
          const { items, scores } = await index.search(query, 100, never)
          await index.close()
          assert.equal(index.size, kept.size)
          assert.deepEqual(items.toSorted(), Uint32Array.from(kept.keys()).toSorted())
          assert.deepEqual(scores, scores.slice().sort().reverse())
          for (const [at, found] of items.entries()) {
            const values = kept.get(found)!
            const exact = values.reduce((sum, value, column) => sum + value * query[column]!, 0) / Math.hypot(...values)
            assert.ok(Math.abs(scores[at]! - exact) <= 0.01 * Math.hypot(...query))
          }
        }),
        { numRuns: 25, seed: 1 },
      )
    })
  })
}

test('a search does not wait for the vectors that were put before it', async (t) => {
  const index = await opened(t)
  await index.upsert(Uint32Array.of(0), vectors(1))
  let adding = true
  const added = index.upsert(itemsBelow(5_000), vectors(5_000)).then(() => {
    adding = false
  })
  await index.search(vectors(1), 1, never)
  assert.ok(adding)
  await added
  assert.equal(index.size, 5_000)
})

test('too much at once is refused, and what was taken is done', async (t) => {
  const index = await opened(t, { mostWaitingSearches: 3, mostWaitingVectors: 10 })
  const adding = index.upsert(itemsBelow(20), vectors(20))
  await assert.rejects(index.upsert(Uint32Array.of(21), vectors(1)), { code: 'INDEX_BUSY' })
  await assert.rejects(index.remove(Uint32Array.of(21)), { code: 'INDEX_BUSY' })
  await adding
  const searches = await Promise.allSettled(Array.from({ length: 9 }, () => index.search(vectors(1), 20, never)))
  const refused = searches.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  assert.deepEqual(
    refused.map(({ reason }) => reason.code),
    Array(refused.length).fill('INDEX_BUSY'),
  )
  assert.equal(searches.length - refused.length, 3)
})

test('each of the searches that are asked at once gets its own answer', async (t) => {
  const index = await opened(t)
  await index.upsert(itemsBelow(20), vectors(20))
  const each = await Promise.all(
    Array.from(itemsBelow(20), (item) => index.search(vectors(20).subarray(item * width, (item + 1) * width), 1 + item, never)),
  )
  for (const [item, { items }] of each.entries()) assert.deepEqual([items[0], items.length], [item, 1 + item])
})

test('items beyond what was reserved are refused', async (t) => {
  const index = await opened(t, { mostItems: 100 })
  await assert.rejects(index.upsert(Uint32Array.of(99, 100), vectors(2)), { code: 'INDEX_FULL' })
  await index.upsert(Uint32Array.of(99), vectors(1))
  assert.equal(index.size, 1)
})

test('a reader sees what comes after it first looked, however much it is', async (t) => {
  const index = await opened(t)
  const many = 70_000 // More than the table grows by at once.
  assert.equal(index.vectors.has(many - 1), false)
  await index.upsert(Uint32Array.of(1), vectors(1))
  assert.equal(index.vectors.has(many - 1), false)
  await index.upsert(Uint32Array.of(many - 1), vectors(1))
  assert.ok(index.vectors.similarity(1, many - 1) > 0.99)
})

test('indexes stand side by side, and closing one leaves the other', async (t) => {
  const [before, next] = [await opened(t), await opened(t, { width: 8 })]
  await before.upsert(Uint32Array.of(1), vectors(1))
  await next.upsert(Uint32Array.of(2), vectors(1, 8))
  await before.close()
  assert.deepEqual((await next.search(vectors(1, 8), 5, never)).items, Uint32Array.of(2))
})

async function opened(t: TestContext, options: Partial<VectorIndexOptions> = {}) {
  const index = await openVectorIndex({ width, ...options })
  t.after(() => index.close())
  return index
}

const itemsBelow = (count: number) => Uint32Array.from({ length: count }, (_, item) => item)

function vectors(count: number, columns = width): Float32Array {
  return Float32Array.from({ length: count * columns }, (_, at) => Math.sin(at + 1))
}
