import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RecentRefusals } from './recent-refusals.ts'

test('the last hundred refused events are kept, the newest first, whatever the batches', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 250 }), { maxLength: 20 }), (batches) => {
      const refusals = new RecentRefusals()
      const all: string[] = []
      for (const [timeMs, size] of batches.entries()) {
        const batch = Array.from({ length: size }, (_, at) => ({ code: 'EVENT_TOO_OLD', field: `${all.length + at}` }))
        refusals.add(timeMs, batch)
        all.push(...batch.map(({ field }) => field))
      }
      assert.deepEqual(
        refusals.read().map(({ field }) => field),
        all.slice(-100).reverse(),
      )
    }),
  )
})
