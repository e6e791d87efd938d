import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Extent, Place } from '../ports/event-log.ts'
import { endsOf, isOfLog, isWorthwhile } from './snapshot-choice.ts'

const at = (offset: number, partition = 0): Place => ({ topic: 'events', partition, offset })
const holds = (first: number, end: number, partition = 0): Extent => ({ topic: 'events', partition, first, end })

test('whoever has no state begins with any snapshot of the log', () => {
  assert.equal(isWorthwhile([at(1)], [], [holds(0, 10)]), true)
  assert.equal(isWorthwhile(endsOf([holds(0, 0)]), [], [holds(0, 0)]), true)
})

test('a state that is not far behind is kept, as long as the log has what comes after it', () => {
  const million = 1_000_000
  assert.equal(isWorthwhile([at(million + 1_000)], [at(million)], [holds(0, 2 * million)]), false)
  assert.equal(isWorthwhile([at(2 * million)], [at(million)], [holds(0, 2 * million)]), true)
  assert.equal(isWorthwhile([at(million + 1_000)], [at(million)], [holds(million + 1, 2 * million)]), true)
  assert.equal(isWorthwhile([at(million)], [at(million)], [holds(million + 1, 2 * million)]), false)
})

test('how far behind a state is counts over all partitions', () => {
  const extents = [holds(0, 900_000), holds(0, 900_000, 1)]
  assert.equal(isWorthwhile([at(150_000), at(150_000, 1)], [at(10)], extents), true)
  assert.equal(isWorthwhile([at(150_000), at(0, 1)], [at(0), at(150_000, 1)], extents), false)
})

test('a snapshot that is beyond the end of the log, or of a partition that it does not have, is of another log', () => {
  assert.equal(isOfLog([at(10)], [holds(5, 10)]), true)
  assert.equal(isOfLog([at(11)], [holds(5, 10)]), false)
  assert.equal(isOfLog([at(1), at(1, 1)], [holds(0, 10)]), false)
})
