import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BinaryWriter } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { PackedReader, PackedWriter } from './packed-numbers.ts'

const uint32 = fc.nat(2 ** 32 - 1)
const sint32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const fixed64 = fc.maxSafeNat()

test('columns are packed as protobuf packs them, and come back', () => {
  const packed = new PackedWriter()
  const ofProtobuf = new BinaryWriter()
  const columns = { fixed32: fc.array(uint32), uint32: fc.array(uint32), sint32: fc.array(sint32), fixed64: fc.array(fixed64) }
  fc.assert(
    fc.property(fc.record(columns), (numbers) => {
      packed.clear()
      for (const kind of ['fixed32', 'uint32', 'sint32', 'fixed64'] as const) {
        for (const number of numbers[kind]) {
          packed[kind](number)
          ofProtobuf[kind](number)
        }
        const column = packed.take()
        assert.deepEqual([...column], [...ofProtobuf.finish()])
        const reader = new PackedReader(column)
        const read: number[] = []
        while (!reader.isAtEnd) read.push(reader[kind]())
        assert.deepEqual(read, numbers[kind])
      }
    }),
  )
})

test('a column that ends early is no column', () => {
  for (const [kind, bytes] of [
    ['fixed32', [1, 2, 3]],
    ['fixed64', [1, 2, 3, 4, 5, 6, 7]],
    ['uint32', [128]],
    ['sint32', []],
  ] as const) {
    assert.throws(() => new PackedReader(Buffer.from(bytes))[kind](), RangeError)
  }
})

test('what does not fit grows the writer, and columns taken before stay', () => {
  const packed = new PackedWriter()
  packed.uint32(7)
  const first = packed.take()
  for (let n = 0; n < 100_000; n++) packed.fixed32(n)
  const reader = new PackedReader(packed.take())
  for (let n = 0; n < 100_000; n++) assert.equal(reader.fixed32(), n)
  assert.deepEqual([...first], [7])
})
