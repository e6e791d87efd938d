import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageDiversity } from './page-diversity.ts'

const facts: Readonly<Record<string, { relevance: number; kind: string; at: number }>> = {
  a: { relevance: 4, kind: 'cats', at: 0 },
  b: { relevance: 3, kind: 'cats', at: 0 },
  c: { relevance: 2, kind: 'food', at: 90 },
  d: { relevance: 1, kind: 'surf', at: 180 },
}
const about = {
  relevance: (video: string) => facts[video]!.relevance,
  likeness: (video: string, other: string) => Math.round(Math.cos(((facts[video]!.at - facts[other]!.at) * Math.PI) / 180)),
  categories: (video: string) => [facts[video]!.kind],
}

test('relevance lost and diversity won are told together', () => {
  assert.deepEqual(pageDiversity({ page: ['a', 'c', 'd'], plain: ['a', 'b', 'c'], ...about }), {
    relevanceKept: 7 / 9,
    distance: 4 / 3,
    plainDistance: 2 / 3,
    categories: 3,
    plainCategories: 2,
  })
})

test('a page that is as the ranking has it loses and wins nothing, whatever its size', () => {
  for (const page of [['a', 'b', 'c'], ['d'], []]) {
    const { categories, distance, plainCategories, plainDistance, relevanceKept } = pageDiversity({ page, plain: page, ...about })
    assert.deepEqual([relevanceKept, distance, categories], [1, plainDistance, plainCategories])
  }
})
