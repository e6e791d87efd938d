import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NeighbourList } from './neighbour-list.ts'

const byCount = (_slot: number, count: number) => count

test('counts are exact as long as there is room', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 500 }), (slots) => {
      const list = new NeighbourList()
      const expected = new Map<number, number>()
      for (const slot of slots) {
        list.add(slot, slot, 64, byCount)
        expected.set(slot, (expected.get(slot) ?? 0) + 1)
      }
      const counted = Array.from(list.slots.subarray(0, list.size), (slot, entry) => [slot, list.counts[entry]])
      assert.deepEqual(new Map(counted as [number, number][]), expected)
    }),
  )
})

test('a full list keeps its size, no neighbour twice, and the strongest', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 100, maxLength: 1_000 }), (slots) => {
      const list = new NeighbourList()
      for (let times = 0; times < 1_000; times++) list.add(77_777, 1, 32, byCount)
      for (const slot of slots) list.add(slot, slot, 32, byCount)
      assert.ok(list.size <= 32)
      const kept = Array.from(list.slots.subarray(0, list.size))
      assert.equal(new Set(kept).size, list.size)
      assert.equal(list.counts[kept.indexOf(77_777)], 1_000)
    }),
  )
})

test('a list that was stored and read goes on as it would have', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 }),
      (first, then) => {
        const list = new NeighbourList()
        for (const slot of first) list.add(slot, slot, 32, byCount)
        const again = new NeighbourList()
        for (let entry = 0; entry < list.size; entry++) again.append(list.slots[entry]!, list.counts[entry]!)
        for (const each of [list, again]) for (const slot of then) each.add(slot, slot, 32, byCount)
        assert.deepEqual(again.slots.subarray(0, again.size), list.slots.subarray(0, list.size))
        assert.deepEqual(again.counts.subarray(0, again.size), list.counts.subarray(0, list.size))
      },
    ),
  )
})
