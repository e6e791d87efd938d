import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyVideo, situation, type VideoForTests } from './selectors-for-tests.ts'
import { serendipity } from './serendipity.ts'

type Situation = ReturnType<typeof situation>
const select = ({ candidates, catalog, query, ranked }: Situation, page: readonly number[]) =>
  serendipity({ catalog }).select(query, candidates, ranked, page)

/** Forty videos of which the person watched the last; one is of another category. */
function withOther(other: number, settings = { serendipityShare: 1 }): Situation {
  const videos: VideoForTests[] = Array.from({ length: 40 }, (_, n) => ({
    categories: [n === other ? 'chess' : 'cats'],
    vector: n === other ? [0, 1] : [1, n / 100],
  }))
  const made = situation(videos, 4, settings)
  made.query.seeds = [{ video: 39, weight: 1 }]
  return made
}

test('a page gets a good video of a category that the person did not watch lately, not in the first position', () => {
  const page = select(withOther(6), [0, 1, 2, 3])
  assert.equal(page.length, 4)
  assert.ok(page.indexOf(6) >= 1)
  assert.deepEqual(
    page.filter((row) => row !== 6),
    [0, 1, 2],
  )
})

test('what is not in the top quarter is not good enough', () => {
  assert.deepEqual(select(withOther(12), [0, 1, 2, 3]), [0, 1, 2, 3])
})

test('of several, the one that is least like what the person watched comes, and says how unlike it is', () => {
  const vectors = [
    [1, 0],
    [1, 0],
    [3, 4],
    [0, 1],
    [4, 3],
  ]
  const videos = Array.from({ length: 40 }, (_, n) => ({ categories: [n < 2 ? 'cats' : `k${n}`], vector: vectors[n] ?? [1, 0] }))
  const made = situation(videos, 2, { serendipityShare: 1 })
  made.query.seeds = [{ video: 0, weight: 1 }]
  assert.deepEqual(select(made, [0, 1]), [0, 3])
  assert.equal(made.candidates.columns.unexpectedness[3], 1)
})

test('the share of pages with something unexpected is as configured, and the same request has the same page', () => {
  const made = withOther(6, { serendipityShare: 0.2 })
  let pages = 0
  for (let n = 0; n < 1_000; n++) {
    const query = { ...made.query, random: () => mixed(n) }
    const page = serendipity(made).select(query, made.candidates, made.ranked, [0, 1, 2, 3])
    assert.deepEqual(serendipity(made).select(query, made.candidates, made.ranked, [0, 1, 2, 3]), page)
    if (page.includes(6)) pages++
  }
  assert.ok(Math.abs(pages - 200) < 4 * Math.sqrt(160), `${pages} of 1,000`)
})

test('a page changes by at most one video, keeps its size and its first, and never has the same content twice', () => {
  fc.assert(
    fc.property(fc.array(anyVideo, { minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 10 }), fc.nat(5), (videos, count, seeds) => {
      const made = situation(videos, count, { serendipityShare: 1 })
      made.query.seeds = videos.slice(0, seeds).map((_, video) => ({ video, weight: 1 }))
      const contents = new Set<number>()
      const page = made.ranked.filter((row) => {
        const content = videos[row]!.content!
        return content === 0 || (!contents.has(content) && contents.add(content))
      })
      const before = page.slice(0, count)
      const after = select(made, before)
      const added = after.filter((row) => !before.includes(row))
      assert.ok(added.length <= 1 && after.length <= count && after.length >= before.length)
      assert.equal(after[0], before[0])
      const all = after.map((row) => videos[row]!.content!).filter((content) => content > 0)
      assert.equal(new Set(all).size, all.length)
    }),
    { seed: 2, numRuns: 300 },
  )
})

/** A generator for each number. */
function mixed(n: number) {
  let state = n + 1
  return () => {
    state = (Math.imul(state, 0x9e3779b1) ^ (state >>> 15)) >>> 0
    return state / 2 ** 32
  }
}
