import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Timetable } from './timetable.ts'

const step = fc.record({ entity: fc.nat(5), inMinutes: fc.integer({ min: 1, max: 9 }), pass: fc.nat(3) })

test('everybody comes up at the earliest minute that was named for them, once, and nobody before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const timetable = new Timetable()
      const expected = new Map<number, number>()
      let minute = 0
      for (const { entity, inMinutes, pass } of steps) {
        timetable.set(entity, minute + inMinutes)
        timetable.set(entity, Number.POSITIVE_INFINITY)
        expected.set(entity, Math.min(expected.get(entity) ?? Number.POSITIVE_INFINITY, minute + inMinutes))
        minute += pass
        const due = [...expected].filter(([, at]) => at <= minute).map(([each]) => each)
        assert.deepEqual(timetable.due(minute).toSorted(), due.toSorted())
        for (const each of due) expected.delete(each)
      }
    }),
  )
})
