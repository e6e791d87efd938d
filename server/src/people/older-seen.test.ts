import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hash64 } from '../hash.ts'
import { OlderSeen, seenHash } from './older-seen.ts'

const hashOf = (id: string) => {
  const { high, low } = hash64(id)
  return seenHash(high, low)
}

test('the filter holds exactly the hashes put into it', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 26 - 1 }), { maxLength: 300 }),
      fc.integer({ min: 0, max: 2 ** 26 - 1 }),
      (hashes, other) => {
        const half = hashes.slice(0, hashes.length / 2)
        const set = OlderSeen.of(half).with(hashes.slice(half.length))
        assert.deepEqual(
          [...set.values()],
          hashes.toSorted((a, b) => a - b),
        )
        for (const hash of hashes) assert.ok(set.has(hash))
        assert.equal(set.has(other), hashes.includes(other))
        const again = new OlderSeen(set.count, set.bytes)
        for (const hash of hashes) assert.ok(again.has(hash))
      },
    ),
  )
})

test('100,000 videos seen long ago take at most 2 bytes each and cost at most 1 % of fresh ones', () => {
  const set = OlderSeen.of(Array.from({ length: 100_000 }, (_, n) => hashOf(`seen-${n}`)))
  assert.ok(set.bytes.length <= 200_000, `${set.bytes.length} bytes`)
  let lost = 0
  for (let n = 0; n < 100_000; n++) if (set.has(hashOf(`fresh-${n}`))) lost++
  assert.ok(lost <= 1_000, `${lost} of 100,000 lost`)
  for (let n = 0; n < 100_000; n += 97) assert.ok(set.has(hashOf(`seen-${n}`)))
})

test('the smallest filter, of 4,096 videos, keeps within 2 bytes a video', () => {
  const set = OlderSeen.of(Array.from({ length: 4_096 }, (_, n) => hashOf(`seen-${n}`)))
  assert.ok(set.bytes.length <= 2 * 4_096 + 8, `${set.bytes.length} bytes`)
})
