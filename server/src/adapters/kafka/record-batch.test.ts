import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecordsBatch, Reader, readRecordsBatches } from '@platformatic/kafka'
import fc from 'fast-check'
import { decodeBatches, encodeBatch, isPlain } from './record-batch.ts'

const record = fc.record({
  topic: fc.constant('events' as const),
  key: fc.string({ unit: 'grapheme', maxLength: 200 }),
  timeMs: fc.oneof(fc.nat(), fc.integer({ min: 0, max: 253_402_300_799_999 })),
  value: fc.uint8Array({ maxLength: 300 }),
})
const records = fc.array(record, { minLength: 1, maxLength: 150 })
const producer = { producerId: 71n, producerEpoch: 3 }

test('what is encoded is read as it was', () => {
  fc.assert(
    fc.property(records, fc.nat(), (given, first) => {
      const bytes = encodeBatch(given, { ...producer, first })
      assert.ok(isPlain(bytes))
      const { next, records: read } = decodeBatches(bytes, 'events', 2, 0)
      assert.equal(next, given.length)
      assert.deepEqual(
        read,
        given.map((each, offset) => ({ topic: 'events', partition: 2, offset, key: each.key, timeMs: each.timeMs, value: each.value })),
      )
    }),
  )
})

test('a batch has the bytes that the client gives it, for times that it can write', () => {
  const near = fc.array(fc.record({ record, sinceMs: fc.integer({ min: -(2 ** 30), max: 2 ** 30 }) }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(near, fc.nat({ max: 1_000 }), (given, first) => {
      const times = given.map(({ record, sinceMs }, at) => ({ ...record, timeMs: 2 ** 40 + (at === 0 ? 0 : sinceMs) }))
      const sequences = { getWithDefault: () => first }
      const messages = times.map(({ key, timeMs, value }) => ({
        topic: 'events',
        partition: 0,
        key: Buffer.from(key),
        value: Buffer.from(value),
        timestamp: BigInt(timeMs),
      }))
      const theirs = createRecordsBatch(messages, { ...producer, sequences } as never)
      assert.deepEqual(encodeBatch(times, { ...producer, first }), Buffer.from(theirs.buffer))
    }),
  )
})

test('of several batches what lies before an offset, or is cut off at the end, is left out', () => {
  fc.assert(
    fc.property(
      fc.array(records, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      (given, share, cut) => {
        let end = 0
        const batches = given.map((each) => {
          const bytes = encodeBatch(each, { ...producer, first: end })
          bytes.writeBigInt64BE(BigInt(end), 0)
          end += each.length
          return bytes
        })
        const from = Math.floor(share * end)
        const whole = end - (cut % 2) * given.at(-1)!.length
        const all = Buffer.concat(batches)
        const { next, records: read } = decodeBatches(all.subarray(0, all.length - (cut % 2)), 'events', 0, from)
        assert.equal(next, Math.max(from, whole))
        const offsets = Array.from({ length: Math.max(0, whole - from) }, (_, at) => from + at)
        assert.deepEqual(
          read.map(({ offset }) => offset),
          offsets,
        )
        const keys = given.flat().map(({ key }) => key)
        assert.deepEqual(
          read.map(({ key }) => key),
          offsets.map((offset) => keys[offset]),
        )
      },
    ),
  )
})

test('compressed batches are left to the client', () => {
  const message = { topic: 'events', partition: 0, key: Buffer.from('ada'), value: Buffer.alloc(100, 1), timestamp: 1n }
  const { buffer } = createRecordsBatch([message], { ...producer, compression: 'gzip' })
  assert.equal(isPlain(Buffer.from(buffer)), false)
  assert.equal(readRecordsBatches(Reader.from(Buffer.from(buffer)))[0]!.records[0]!.value!.length, 100)
})
