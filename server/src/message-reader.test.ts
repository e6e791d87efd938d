import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { MessageReader } from './message-reader.ts'

test('texts are read as the library reads them, well-formed or not', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }).map((each) => new TextEncoder().encode(each)),
    fc.uint8Array({ maxLength: 60 }),
    fc.constant(new Uint8Array([0xef, 0xbb, 0xbf, 65])),
  )
  fc.assert(
    fc.property(fc.array(text), fc.nat({ max: 9 }), (texts, before) => {
      const writer = new BinaryWriter()
      for (const each of texts) writer.bytes(each)
      const bytes = new Uint8Array([...new Uint8Array(before), ...writer.finish()]).subarray(before)
      const read = (reader: BinaryReader) => texts.map(() => reader.string())
      assert.deepEqual(read(new MessageReader(bytes)), read(new BinaryReader(bytes)))
    }),
    { numRuns: 500 },
  )
})

test('a text that is cut off is an error', () => {
  assert.throws(() => new MessageReader(Uint8Array.of(3, 65)).string(), RangeError)
  assert.throws(() => new MessageReader(Uint8Array.of(1, 255)).string(true), TypeError)
})
