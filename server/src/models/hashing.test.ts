import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { rowOf, wordsOf, wordsPerVideo } from './hashing.ts'
import { hashingVectors, hashingVectorsFile } from './hashing-vectors-for-tests.ts'

test('rows and words are those that Python is held to', () => {
  assert.deepEqual(hashingVectors(), JSON.parse(readFileSync(hashingVectorsFile, 'utf8')))
})

test('every id but the empty one has a row of the table, and never that of none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.integer({ min: 2, max: 2 ** 31 }), fc.nat(9), (id, size, seed) => {
      const row = rowOf(id, size, seed)
      assert.ok(Number.isInteger(row) && row >= 1 && row < size)
    }),
  )
  assert.equal(rowOf('', 1_000, 1), 0)
})

test('two hashes of an id tell apart nearly all that one confuses', () => {
  const size = 10_000
  const ids = Array.from({ length: 20_000 }, (_, n) => `${n}`)
  const pairs = new Set(ids.map((id) => `${rowOf(id, size, 1)} ${rowOf(id, size, 2)}`))
  const singles = new Set(ids.map((id) => rowOf(id, size, 1)))
  assert.ok(ids.length - pairs.size < 10, `${ids.length - pairs.size} share both`)
  // Of 10,000 rows, 20,000 even draws leave e^-2 empty.
  assert.ok(Math.abs(singles.size / size - (1 - Math.exp(-2))) < 0.01)
})

test('words are in lower case, each once, hashtags first, and no more than a model is told of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.string()), (title, hashtags) => {
      const words = wordsOf(title, hashtags)
      assert.ok(words.length <= wordsPerVideo && words.length === new Set(words).size)
      for (const word of words) assert.equal(word, word.toLowerCase())
    }),
  )
  assert.deepEqual(wordsOf('The Fox 看天空', ['#Wild Fox']), ['wild', 'fox', 'the', '看天', '天空'])
})
