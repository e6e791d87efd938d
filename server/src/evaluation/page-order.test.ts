import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootstrapMean } from './bootstrap.ts'
import { pageBreadthOf } from './page-breadth.ts'
import { aucOfPage, watchNdcgOfPage } from './page-order.ts'

const shown = (watched: readonly number[], long: readonly number[] = []) =>
  watched.map((watchMs, at) => ({ videoId: `v${at}`, watchMs, longView: long.includes(at) }))

test('the AUC of a page is the share of pairs in order; equal scores count half, and rows weigh', () => {
  const page = shown([9, 5, 1, 1], [0, 1])
  assert.deepEqual(aucOfPage(page, [4, 3, 2, 1]), { value: 1, weight: 4 })
  assert.deepEqual(aucOfPage(page, [1, 2, 3, 4]), { value: 0, weight: 4 })
  assert.deepEqual(aucOfPage(page, [4, 2, 2, 1]), { value: 3.5 / 4, weight: 4 })
  assert.equal(aucOfPage(shown([9, 5]), [1, 2]), undefined)
})

test('nDCG gains the time watched, against the best order', () => {
  const page = shown([3_000, 1_000, 0])
  const best = 3_000 + 1_000 / Math.log2(3)
  assert.equal(watchNdcgOfPage(page, [3, 2, 1])!.value, 1)
  assert.ok(Math.abs(watchNdcgOfPage(page, [2, 3, 1])!.value - (1_000 + 3_000 / Math.log2(3)) / best) < 1e-12)
  assert.equal(watchNdcgOfPage(shown([7, 7]), [1, 2]), undefined)
})

test('equal scores are worth the mean of all their orders', () => {
  const page = shown([3_000, 1_000, 0])
  const orders = [
    [3, 2, 1],
    [3, 1, 2],
    [2, 3, 1],
    [1, 3, 2],
    [2, 1, 3],
    [1, 2, 3],
  ]
  const mean = orders.reduce((sum, scores) => sum + watchNdcgOfPage(page, scores)!.value, 0) / orders.length
  assert.ok(Math.abs(watchNdcgOfPage(page, [1, 1, 1])!.value - mean) < 1e-12)
})

test('people who weigh more count more in a mean', () => {
  assert.equal(bootstrapMean(Float64Array.of(3, 0), Float64Array.of(3, 1)).mean, 3 / 4)
  assert.equal(bootstrapMean(Float64Array.of(3, 0)).mean, 3 / 2)
})

test('how different pages are is the mean over the first two, of ten each', () => {
  const videos = Array.from({ length: 30 }, (_, at) => ({ id: `v${at}`, creator: '', categories: [String(at % 5)] }))
  const likeness = (video: number, other: number) => (video % 5 === other % 5 ? 1 : 0)
  const list = [...videos.keys()]
  // Of 45 pairs of a page, five are of one category.
  assert.deepEqual(pageBreadthOf(list, videos, likeness), { distance: 40 / 45, categories: 5 })
  assert.deepEqual(pageBreadthOf([0, 5, 10], videos, likeness), { distance: 0, categories: 1 })
  assert.deepEqual(pageBreadthOf([], videos, likeness), { distance: 0, categories: 0 })
})
