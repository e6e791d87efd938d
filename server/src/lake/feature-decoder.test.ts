import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { FeatureRecord } from '../generated/vireo/record/v1/records.ts'
import { decodeFeatures } from './feature-decoder.ts'
import { anyValue } from './messages-for-tests.ts'

test('values of a page are read as the generated code reads them, whatever their size', () => {
  fc.assert(fc.property(anyValue.features, (bytes) => assert.deepEqual(decodeFeatures(bytes), FeatureRecord.decode(bytes))))
  const edges = Array.from({ length: 54 }, (_, bit) => 2 ** bit - 1).flatMap((value) => [value, value + 1, -value, -value - 1])
  const record = FeatureRecord.fromPartial({
    personValues: edges.filter(Number.isSafeInteger),
    items: [{ videoId: 'v', values: [0, 63, 64, -64, -65] }],
  })
  const bytes = FeatureRecord.encode(record).finish()
  assert.deepEqual(decodeFeatures(bytes), FeatureRecord.decode(bytes))
})

test('a compressed record that is broken, or claims to be larger than any page, is refused', () => {
  const vectors = FeatureRecord.encode(FeatureRecord.fromPartial({ items: [{ videoId: 'v', values: [1, 2] }] })).finish()
  const record = (compressed: Buffer) => FeatureRecord.encode(FeatureRecord.fromPartial({ slateId: 's', compressed })).finish()
  const frame = zstdCompressSync(vectors)
  assert.deepEqual(decodeFeatures(record(frame)), { ...FeatureRecord.decode(vectors), slateId: 's' })
  const broken = [
    frame.subarray(0, -3),
    frame.subarray(1),
    zstdCompressSync(vectors.subarray(0, -1)),
    zstdCompressSync(Buffer.alloc(2 ** 25)),
  ]
  for (const bytes of broken) assert.throws(() => decodeFeatures(record(Buffer.from(bytes))))
})

test('what is cut off or not known is left to the generated code, or refused as it refuses it', () => {
  const bytes = FeatureRecord.encode(FeatureRecord.fromPartial({ slateId: 's', items: [{ videoId: 'v', values: [1, 2 ** 40] }] })).finish()
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length)
    assert.deepEqual(
      outcome(() => decodeFeatures(cut)),
      outcome(() => FeatureRecord.decode(cut)),
      `${length} bytes`,
    )
  }
  const unknown = new Uint8Array([...bytes, 0x78, 1])
  assert.deepEqual(decodeFeatures(unknown), FeatureRecord.decode(unknown))
})

function outcome(decode: () => FeatureRecord): FeatureRecord | 'refused' {
  try {
    return decode()
  } catch {
    return 'refused'
  }
}
