import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baselines, ItemNeighbours, strongestBaseline } from './baselines.ts'
import { Rows } from './rows.ts'

// Person 0 viewed videos 0 and 1; person 1 viewed 0, 1 and 2; person 2 viewed 2 and 3; person 3 nothing.
const longViewed = Rows.of(4, [0, 1, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2, 3])
const seen = Rows.of(4, [0, 0, 0, 1, 1, 1, 2, 2], [0, 1, 4, 0, 1, 2, 2, 3])
const counts = {
  longViewsOneDay: Float64Array.of(0, 3, 1, 0, 0),
  longViewsSevenDays: Float64Array.of(4, 3, 3, 0, 0),
  longViewsEver: Float64Array.of(4, 3, 5, 1, 2),
  impressionsOneDay: Float64Array.of(0, 9, 9, 99, 0),
}
const lists = new Map(
  baselines({ seen, longViewed, counts }).map(({ name, recommend }) => [name, (person: number, most = 9) => recommend(person, most)]),
)

test('rows turn round', () => {
  assert.deepEqual([...longViewed.of(1)], [0, 1, 2])
  const viewers = longViewed.transposed(5)
  assert.deepEqual(
    Array.from({ length: 5 }, (_, video) => [...viewers.of(video)]),
    [[0, 1], [0, 1], [1, 2], [2], []],
  )
})

test('a score is the sum of cosines', () => {
  const scores = new ItemNeighbours(longViewed, 5).scores(0)
  // Video 2 shares one viewer with video 0 and one with video 1; each has two.
  assert.ok(Math.abs(scores[2]! - (1 / 2 + 1 / 2)) < 1e-12)
  assert.deepEqual([scores[3], scores[4]], [0, 0])
  const others = new ItemNeighbours(longViewed, 5).scores(2)
  assert.ok(Math.abs(others[0]! - 1 / 2) < 1e-12)
})

test('popularity goes by its days, then by seven days, then by all time, without what was seen', () => {
  assert.deepEqual(lists.get('popularity, 1 day')!(3), [1, 2, 0, 4, 3])
  assert.deepEqual(lists.get('popularity, 7 days')!(3), [0, 2, 1, 4, 3])
  assert.deepEqual(lists.get('popularity, 7 days')!(0), [2, 3])
  assert.deepEqual(lists.get('popularity, 7 days')!(3, 2), [0, 2])
})

test('neighbours come first, the rest by popularity', () => {
  assert.deepEqual(lists.get('item-kNN')!(1), [3, 4])
  assert.deepEqual(lists.get('item-kNN')!(2), [0, 1, 4])
  assert.deepEqual(lists.get('item-kNN')!(3), [0, 2, 1, 4, 3])
})

test('the day before lifts what was shown on it', () => {
  assert.deepEqual(lists.get(strongestBaseline)!(2), [1, 0, 4])
})
