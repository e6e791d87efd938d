import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootstrapMean } from './bootstrap.ts'
import { breadthOf, entropyBits } from './breadth.ts'
import { meanOf, ndcgAt, qualityOf, recallAt } from './quality.ts'
import { sourceShares } from './source-shares.ts'

test('recall is the share of what is relevant among the first k', () => {
  const relevant = new Set([7, 8, 9])
  assert.equal(recallAt(2, [7, 1, 8], relevant), 1 / 3)
  assert.equal(recallAt(3, [7, 1, 8], relevant), 2 / 3)
  assert.equal(recallAt(20, [], relevant), 0)
})

test('nDCG discounts a hit by the logarithm of its rank, against the best order', () => {
  assert.equal(ndcgAt(20, [5, 6], new Set([5, 6])), 1)
  assert.equal(ndcgAt(20, [1, 5], new Set([5])), 1 / Math.log2(3))
  const [first, second, third] = [1, 1 / Math.log2(3), 1 / 2]
  assert.equal(ndcgAt(3, [5, 1, 6], new Set([5, 6, 7])), (first + third) / (first + second + third))
  // More is relevant than can be shown.
  assert.equal(ndcgAt(1, [5], new Set([5, 6, 7])), 1)
})

test('the mean is taken over people, not over hits', () => {
  const list = [1, 2, 3]
  const mean = meanOf([qualityOf(list, new Set([1])), qualityOf(list, new Set([7, 8, 9, 1]))])
  assert.equal(mean.recall20, (1 + 1 / 4) / 2)
  assert.equal(meanOf([]).ndcg20, 0)
})

test('entropy is in bits', () => {
  assert.equal(entropyBits([2, 2, 2, 2]), 2)
  assert.equal(entropyBits([5]), 0)
  assert.equal(entropyBits([1, 1, 2]), 1.5)
})

test('breadth counts what is on any list; a video of two categories counts half for each', () => {
  const video = (id: string, creator: string, categories: string[]) => ({ id, creator, categories })
  const videos = [video('a', 'x', ['1', '2']), video('b', 'x', ['1']), video('c', 'y', ['2']), video('d', '', [])]
  assert.deepEqual(breadthOf([[0, 1], [1]], videos), {
    coverage: 2 / 4,
    creators: 1 / 2,
    categoryBits: entropyBits([2.5, 0.5]),
  })
})

test('a source has its part of the results and of the hits', () => {
  const list = ['near', 'near', 'far', 'near'].map((source, video) => ({ video, source }))
  const shares = sourceShares(
    new Map([
      [5, list],
      [6, list],
    ]),
    new Map([[5, new Set([1, 2])]]),
  )
  assert.deepEqual(shares, [
    { source: 'near', ofResults: 3 / 4, ofHits: 1 / 2 },
    { source: 'far', ofResults: 1 / 4, ofHits: 1 / 2 },
  ])
})

test('an interval holds the mean, shrinks with more people and is the same every time', () => {
  const values = (count: number) => Float64Array.from({ length: count }, (_, at) => at % 2)
  const [few, many] = [bootstrapMean(values(20)), bootstrapMean(values(2_000))]
  assert.equal(few.mean, 0.5)
  assert.ok(few.low < 0.5 && few.high > 0.5)
  assert.ok(many.high - many.low < (few.high - few.low) / 5)
  assert.deepEqual(bootstrapMean(values(20)), few)
})
