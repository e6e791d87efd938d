import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePlaces } from './ad-slots.ts'

test('every 8th place from the 4th stays free, counted on through the pages', () => {
  const places = [0, 1, 2].map((page) => freePlaces(10 * page, 10, { first: 4, every: 8 }))
  assert.deepEqual(places, [[3], [1, 9], [7]])
})

test('no place stays free where none is to', () => {
  assert.deepEqual(freePlaces(0, 50, { first: 4, every: 0 }), [])
})

test('pages of any size leave the same places free', () => {
  const through = (size: number) =>
    Array.from({ length: 40 / size }, (_, n) => freePlaces(n * size, size, { first: 2, every: 5 }).map((place) => n * size + place)).flat()
  assert.deepEqual(through(4), through(40))
  assert.deepEqual(through(8), [1, 6, 11, 16, 21, 26, 31, 36])
})
