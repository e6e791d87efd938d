import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { IdTable } from './id-table.ts'

test('an id has one number whatever letters it has, and what is no id has none', () => {
  // Few letters, so that ids are often alike: of one byte, of several, and beyond the first plane.
  const id = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '漢', '😀'), maxLength: 4 })
  fc.assert(
    fc.property(fc.array(id), fc.array(id), (known, asked) => {
      const table = new IdTable()
      const numbers = new Map([...new Set(known)].map((each, number) => [each, number]))
      for (const each of known) assert.equal(table.intern(each), numbers.get(each))
      for (const each of [...known, ...asked]) assert.equal(table.find(each), numbers.get(each) ?? -1)
      for (const [each, number] of numbers) assert.equal(table.id(number), each)
    }),
  )
})
