import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeFeatures } from '../../lake/feature-decoder.ts'
import { encodeVectors } from './feature-record.ts'

test('vectors come back from their record as they were, number for number', () => {
  const value = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1))
  const page = fc.integer({ min: 1, max: 5 }).chain((itemWidth) => {
    const values = fc.array(value, { minLength: itemWidth, maxLength: itemWidth })
    const item = fc.record({ videoId: fc.string({ minLength: 1 }), values }, { noNullPrototype: true })
    return fc.record(
      {
        slateId: fc.string({ minLength: 1 }),
        person: fc.string({ minLength: 1 }),
        timeMs: fc.integer({ min: 1, max: 2 ** 50 }),
        personValues: fc.array(value, { minLength: 1 }),
        items: fc.array(item),
        recentVideos: fc.array(fc.string()),
      },
      { noNullPrototype: true },
    )
  })
  fc.assert(
    fc.property(page, (record) => {
      const bytes = encodeVectors({
        ...record,
        featureSet: 'first@1',
        videoIds: record.items.map(({ videoId }) => videoId),
        personValues: Float64Array.from(record.personValues),
        itemValues: Float64Array.from(record.items.flatMap(({ values }) => values)),
        itemWidth: record.items[0]?.values.length ?? 0,
      })
      assert.deepEqual(decodeFeatures(bytes), { ...record, featureSet: 'first@1', compressed: Buffer.alloc(0) })
    }),
  )
})
