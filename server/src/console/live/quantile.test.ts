import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { quantile } from './quantile.ts'

const bounds = [1, 2, 5, 10, Number.POSITIVE_INFINITY]

/** How many of the values are at most each bound. */
const cumulative = (values: readonly number[]) => bounds.map((bound) => values.filter((value) => value <= bound).length)

test('a quantile lies in the bucket of the value that it stands for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.9, 0.99),
      (values, share) => {
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1]!
        const upper = bounds.findIndex((bound) => exact <= bound)
        const found = quantile(share, bounds, cumulative(values))!
        assert.ok(found >= (bounds[upper - 1] ?? 0) && found <= bounds[upper]!, `${found} for ${exact}`)
      },
    ),
  )
})

test('of nothing there is no quantile, and beyond the largest bound there is that bound', () => {
  assert.equal(quantile(0.5, bounds, cumulative([])), undefined)
  assert.equal(quantile(0.5, bounds, cumulative([300, 400])), 10)
})

test('within a bucket a quantile is interpolated', () => {
  assert.equal(quantile(0.5, bounds, cumulative([3, 3, 3, 3])), 3.5)
})
