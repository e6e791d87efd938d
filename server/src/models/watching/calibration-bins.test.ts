import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../random.ts'
import { CalibrationBins, calibrationSlope, wilsonInterval } from './calibration-bins.ts'

/** Outcomes of 40,000 predictions; `spread` is how far apart the logits are said to be for each 1 that they are. */
function judged(spread: number, seed: number): CalibrationBins {
  const [bins, random] = [new CalibrationBins(false), seededRandom(seed, 0, 0, 0)]
  for (let row = 0; row < 40_000; row++) {
    const logit = 6 * random() - 4
    bins.add(1 / (1 + Math.exp(-spread * logit)), Number(random() < 1 / (1 + Math.exp(-logit))))
  }
  return bins
}

test('the slope is 1 where chances are right, and a half where they are twice as far apart as they should be', () => {
  for (const [spread, wanted] of [
    [1, 1],
    [2, 0.5],
  ] as const) {
    const slope = calibrationSlope(judged(spread, 1).read())!
    assert.ok(Math.abs(slope - wanted) < 0.05 * wanted, `${slope} of ${wanted}`)
  }
})

test('there is no slope without twenty of either outcome', () => {
  const bins = new CalibrationBins(false)
  for (let row = 0; row < 100; row++) bins.add(0.1 + row / 200, Number(row < 19))
  assert.equal(calibrationSlope(bins.read()), undefined)
})

test('of right chances nearly all intervals hold what was predicted', () => {
  const bins = judged(1, 2).read()
  const held = bins.filter(({ high, low, predicted }) => low <= predicted && predicted <= high)
  assert.ok(held.length >= bins.length - 2, `${held.length} of ${bins.length}`)
})

test('bins lose no row, and a mean lies within its interval', () => {
  const rows = fc.array(fc.record({ predicted: fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), actual: fc.constantFrom(0, 1) }), {
    minLength: 1,
  })
  fc.assert(
    fc.property(rows, (all) => {
      const bins = new CalibrationBins(false)
      for (const { actual, predicted } of all) bins.add(predicted, actual)
      const read = bins.read()
      assert.equal(
        read.reduce((total, { judged }) => total + judged, 0),
        all.length,
      )
      for (const { actual, high, low } of read) assert.ok(low - 1e-12 <= actual && actual <= high + 1e-12)
    }),
  )
})

test('the interval of no success in ten is that of Wilson', () => {
  const [low, high] = wilsonInterval(0, 10)
  assert.equal(low, 0)
  assert.ok(Math.abs(high - 0.2775) < 1e-3, String(high))
})

test('times have the mean of what was watched, within two standard errors of it', () => {
  const bins = new CalibrationBins(true)
  for (const actual of [8_000, 12_000]) bins.add(10_000, actual)
  const [{ judged, predicted, actual, low, high }] = bins.read() as [ReturnType<CalibrationBins['read']>[number]]
  assert.deepEqual([judged, predicted, actual], [2, 10_000, 10_000])
  assert.ok(Math.abs(high - 10_000 - 1.96 * Math.sqrt(2_000 ** 2 / 2)) < 1e-6)
  assert.ok(Math.abs(10_000 - low - (high - 10_000)) < 1e-6)
})
