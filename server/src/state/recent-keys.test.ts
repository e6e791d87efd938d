import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RecentKeys } from './recent-keys.ts'

const most = 8

test('the last keys are told from new ones, whichever were taken out; of older ones at most as many again', () => {
  const step = fc.record({ key: fc.nat({ max: 40 }), isTaken: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const keys = new RecentKeys(most)
      const known: number[] = []
      for (const { key, isTaken } of steps) {
        // Keys that share their place.
        const [high, low] = [key, key % 3]
        const at = known.lastIndexOf(key)
        if (isTaken) {
          keys.delete(high, low)
          if (at >= 0) known.splice(at, 1)
          continue
        }
        const isNew = keys.add(high, low)
        if (at >= known.length - most + 1 && at >= 0) assert.equal(isNew, false, 'a key that came lately')
        if (at < 0 || at < known.length - 2 * most) assert.equal(isNew, true, 'a key that never came, or long ago')
        if (isNew) {
          if (at >= 0) known.splice(at, 1)
          known.push(key)
        }
      }
    }),
  )
})
