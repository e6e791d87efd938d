import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusteredVectors } from './clustered-vectors.ts'
import { ExactNearest } from './exact-nearest.ts'

test('the nearest of vectors that come in parts are those of all of them, whatever their order', () => {
  const drawn = new ClusteredVectors()
  const [values, query] = [drawn.draw(300), drawn.draw(1)]
  const scores = Array.from({ length: 300 }, (_, item) =>
    query.reduce((sum, value, at) => sum + value * values[item * drawn.width + at]!, 0),
  )
  const best = [...scores.keys()].sort((one, other) => scores[other]! - scores[one]!)
  const parts = [200, 0, 100]
  const exact = new ExactNearest([query], 20)
  for (const first of parts) exact.add(first, values.subarray(first * drawn.width, (first + 100) * drawn.width))
  assert.deepEqual(exact.nearest(5), [new Set(best.slice(0, 5))])
  assert.deepEqual(exact.nearest(20), [new Set(best.slice(0, 20))])
})
