import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import { outcome, outcomesOf } from '../../people/outcomes.ts'
import { anyEvent } from '../streams-for-tests.ts'
import { evaluator } from '../tiles/evaluate.ts'
import { finish, lengthKnown, longView, skip, watched10s } from './outcomes.ts'

test('views count exactly the outcomes that people/outcomes.ts finds', () => {
  const columns = ['watch_ms', 'length_ms', 'source_long_view']
  const place = (name: string) => columns.indexOf(name)
  const pairs = [
    [watched10s, outcome.watched10s],
    [lengthKnown, outcome.lengthKnown],
    [longView, outcome.longView],
    [finish, outcome.finish],
    [skip, outcome.skip],
  ] as const
  fc.assert(
    fc.property(anyEvent(1_000), fc.nat(20_000), (event, lengthMs) => {
      // Lengths around where 30 % of them is the time watched, too.
      for (const own of [event.lengthMs, lengthMs, event.watchMs && Math.round(event.watchMs / 0.3)]) {
        const watch = { ...event, type: Type.Watch, lengthMs: own }
        const bits = outcomesOf(watch)
        for (const [expression, bit] of pairs) {
          const counts = evaluator(expression, place)([watch.watchMs, own, watch.sourceLongView]) === true
          assert.equal(counts, (bits & bit) !== 0)
        }
      }
    }),
    { numRuns: 3_000 },
  )
})
