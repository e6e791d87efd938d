import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Manifest } from './manifest.ts'
import { aucInterval, metricIntervals } from './metric-intervals.ts'

test('an area under the curve has the interval of Hanley and McNeil', () => {
  // Their own example: 51 abnormal and 58 normal images, an area of .893 with a standard error of .032.
  const { low, high } = aucInterval(0.893, 51, 109)!
  assert.ok(Math.abs((high - low) / (2 * 1.96) - 0.032) < 0.001, `${low} to ${high}`)
})

test('without two of either outcome there is no interval', () => {
  assert.equal(aucInterval(0.9, 1, 100), undefined)
  assert.equal(aucInterval(0.9, 100, 101), undefined)
  assert.equal(aucInterval(0.9, 0, 0), undefined)
})

test('intervals that training measured are told as they are', () => {
  const manifest = { metrics: { 'ranker.fp32.auc.like': 0.7 }, intervals: { 'ranker.fp32.auc.like': { low: 0.6, high: 0.8 } } }
  assert.deepEqual(metricIntervals(manifest as unknown as Manifest), manifest.intervals)
})
