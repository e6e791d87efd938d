import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FetchedRows } from './fetched-rows.ts'

const capacity = 6
const turn = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: capacity })

test('whatever was fetched before, all that is needed at a time is there as it came last, and no more than there is room for', () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
      const rows = new FetchedRows(2, capacity)
      const last = new Map<number, number>()
      for (const [at, needed] of turns.entries()) {
        rows.begin()
        const lacking = needed.filter((entity) => !rows.holds(entity, 1))
        for (const entity of lacking) {
          last.set(entity, at)
          rows.put(entity, Float64Array.of(entity, at), 0, 1_000_000, 1)
        }
        for (const entity of needed) {
          const row = new Float32Array(2)
          rows.copy(entity, 1, row, 0)
          rows.add(entity, 1, row, 0)
          assert.deepEqual([...row], [2 * entity, 2 * last.get(entity)!])
        }
        const held = Array.from({ length: 31 }, (_, entity) => entity).filter((entity) => rows.holds(entity, 1))
        assert.ok(held.length <= capacity)
      }
    }),
  )
})

test('a row of which a window slides, or to which something comes, is used until then or a moment longer', () => {
  const rows = new FetchedRows(1, capacity)
  rows.put(1, Float64Array.of(7), 0, 2_000, 0)
  assert.deepEqual([rows.holds(1, 1_999), rows.holds(1, 2_000)], [true, false])
  rows.put(1, Float64Array.of(7), 0, Number.POSITIVE_INFINITY, 0)
  rows.changed(1, 5_000)
  assert.deepEqual([rows.holds(1, 5_499), rows.holds(1, 5_500)], [true, false])
  // What was fetched right after may lack it still.
  rows.put(1, Float64Array.of(8), 0, Number.POSITIVE_INFINITY, 5_600)
  assert.deepEqual([rows.holds(1, 6_099), rows.holds(1, 6_100)], [true, false])
  rows.put(1, Float64Array.of(8), 0, Number.POSITIVE_INFINITY, 7_100)
  assert.deepEqual([rows.holds(1, 37_099), rows.holds(1, 37_100)], [true, false])
})

test('of nothing there are zeros', () => {
  const rows = new FetchedRows(2, capacity)
  const row = Float32Array.of(5, 5)
  rows.add(-1, 0, row, 0)
  rows.add(3, 0, row, 0)
  assert.deepEqual([...row], [5, 5])
  rows.copy(-1, 0, row, 0)
  assert.deepEqual([...row], [0, 0])
})
