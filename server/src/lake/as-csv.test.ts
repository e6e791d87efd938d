import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asCsv } from './as-csv.ts'

test('CSV tells NULL from an empty text, and keeps commas, quotes and ends of lines in a field', () => {
  const rows = [
    [null, '', 1],
    ['a,b', 'say "yes"', ['x', 'y']],
    ['two\nlines', true, 0.5],
  ]
  assert.equal(asCsv(['a', 'b', 'c'], rows), 'a,b,c\r\n,"",1\r\n"a,b","say ""yes""","[""x"",""y""]"\r\n"two\nlines",true,0.5')
})
