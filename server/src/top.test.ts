import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { threshold } from './top.ts'

test('the threshold is the lowest of the highest, whatever the scores, their order and their ties', () => {
  const score = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: 0, max: 5 }), fc.constant(Number.NEGATIVE_INFINITY))
  const scores = fc.oneof(fc.array(score, { maxLength: 60 }), fc.array(score, { minLength: 900, maxLength: 1_100 }))
  const order = fc.constantFrom('as they come', 'rising', 'falling')
  fc.assert(
    fc.property(scores, order, fc.integer({ min: 1, max: 120 }), (values, how, most) => {
      if (how !== 'as they come') values.sort((a, b) => (how === 'rising' ? a - b : b - a))
      const sorted = values.toSorted((a, b) => b - a)
      const expected = values.length <= most ? Number.NEGATIVE_INFINITY : sorted[most - 1]!
      assert.ok(threshold(Float64Array.from([...values, 1e300]), values.length, most) === expected)
    }),
  )
})
