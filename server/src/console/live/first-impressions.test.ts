import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../clock.ts'
import { FirstImpressions } from './first-impressions.ts'

const nowMs = Date.UTC(2026, 0, 15, 12)

test('the wait for a first impression is the median over the last day; what waited longer than a day is left out', () => {
  const firsts = new FirstImpressions()
  assert.deepEqual(firsts.read(nowMs), { medianMs: undefined, shown: 0 })
  firsts.shown(nowMs - 2 * dayMs, nowMs - 2 * dayMs - 1)
  firsts.shown(nowMs, nowMs - dayMs - 1)
  for (const waitedMs of [400, 100, 900, 200]) firsts.shown(nowMs, nowMs - waitedMs)
  assert.deepEqual(firsts.read(nowMs), { medianMs: 300, shown: 4 })
})

test('only the last thousand count', () => {
  const firsts = new FirstImpressions()
  for (let n = 0; n < 1_000; n++) firsts.shown(nowMs, nowMs - 5_000)
  for (let n = 0; n < 1_000; n++) firsts.shown(nowMs, nowMs - 7_000)
  assert.deepEqual(firsts.read(nowMs), { medianMs: 7_000, shown: 1_000 })
})
