import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minuteMs } from '../../clock.ts'
import { CategoryHour, counted } from './category-hour.ts'

const startMs = Date.UTC(2026, 0, 15, 12, 20)
const step = fc.record({
  passMs: fc.oneof(fc.nat(5 * minuteMs), fc.nat(90 * minuteMs)),
  /** Before now; a little ahead too. */
  agoMs: fc.integer({ min: -10 * minuteMs, max: 70 * minuteMs }),
  category: fc.nat(3),
  what: fc.constantFrom(...counted),
  by: fc.integer({ min: 1, max: 9 }),
})

test('the last hour equals a plain recount, whatever the order in which things come', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const hour = new CategoryHour()
      const all: { minute: number; category: number; what: string; by: number }[] = []
      let nowMs = startMs
      for (const { passMs, agoMs, category, what, by } of steps) {
        nowMs += passMs
        hour.add(nowMs, nowMs - agoMs, category, what, by)
        all.push({ minute: Math.floor((nowMs - agoMs) / minuteMs), category, what, by })
        const read = hour.read(nowMs)
        const now = Math.floor(nowMs / minuteMs)
        for (let each = 0; each <= 3; each++)
          for (const name of counted) {
            const inHour = all.filter((one) => one.category === each && one.what === name && one.minute <= now && one.minute > now - 60)
            assert.equal(
              read.get(each)?.[name] ?? 0,
              inHour.reduce((sum, one) => sum + one.by, 0),
            )
          }
      }
    }),
    { numRuns: 60 },
  )
})
