import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hash64, TextHash } from './hash.ts'

test('texts one after the other have the hash of the text that they make', () => {
  const hash = new TextHash()
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      hash.begin()
      for (const text of texts) hash.add(text)
      assert.deepEqual(hash.end(), hash64(texts.join('')))
    }),
  )
})
