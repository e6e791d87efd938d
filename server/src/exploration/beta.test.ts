import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chanceAbove } from './beta.ts'

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`)

test('the chance that a rate is above a threshold is the tail of its Beta posterior', () => {
  // An even prior over all rates: after three of three, the tail above x is 1 - x⁴.
  near(chanceAbove(3, 3, 0.5, 2, 0.5), 1 - 0.5 ** 4)
  near(chanceAbove(0, 3, 0.5, 2, 0.5), 0.5 ** 4)
  near(chanceAbove(0, 0, 0.3, 2, 0.5), 0.7)
  // Beta(2, 2): 1 - (3x² - 2x³).
  near(chanceAbove(1, 2, 0.25, 2, 0.5), 1 - (3 / 16 - 2 / 64))
})

test('a chance is from 0 to 1, grows with what came true, and with what did not its opposite', () => {
  const rate = fc.double({ min: 0.001, max: 0.999, noNaN: true })
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), rate, rate, (came, not, threshold, prior) => {
      const chance = chanceAbove(came, came + not, threshold, 10, prior)
      assert.ok(chance >= -1e-9 && chance <= 1 + 1e-9, String(chance))
      assert.ok(chanceAbove(came + 1, came + 1 + not, threshold, 10, prior) >= chance - 1e-9)
      near(chanceAbove(not, came + not, 1 - threshold, 10, 1 - prior), 1 - chance)
    }),
  )
})
