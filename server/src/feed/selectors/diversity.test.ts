import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { diversity } from './diversity.ts'
import { likenessOf } from './likeness.ts'
import { anyVideo, situation, type VideoForTests } from './selectors-for-tests.ts'

type Situation = ReturnType<typeof situation>
const select = ({ candidates, catalog, query, ranked }: Situation) => diversity({ catalog }).select(query, candidates, ranked, [])
const shared = (one: VideoForTests, other: VideoForTests) => one.categories!.filter((name) => other.categories!.includes(name))

/** How a video goes with the seven before it: 2 well, 1 too much of a category, 0 of a creator or a sound. */
function fitIn(videos: readonly VideoForTests[], video: VideoForTests, before: readonly number[]): number {
  const others = before.slice(-7).map((slot) => videos[slot]!)
  if (others.some(({ audio, creator }) => (creator && creator === video.creator) || (audio && audio === video.audio))) return 0
  return video.categories!.some((name) => others.filter((other) => shared(video, other).includes(name)).length >= 4) ? 1 : 2
}

/** Maximal marginal relevance without a shortcut. */
function byDefinition({ catalog, query, ranked }: Situation, videos: readonly VideoForTests[], strength: number): number[] {
  const likeness = likenessOf(catalog, query)
  const common = (slot: number, other: number) => likeness(slot, other) + (shared(videos[slot]!, videos[other]!).length > 0 ? 0.5 : 0)
  const shown = query.recent.slice(0, 7).toReversed()
  const page: number[] = []
  while (page.length < query.count) {
    const before = shown.slice(-7)
    const left = ranked.filter((row) => !page.includes(row) && !page.some((other) => sameContent(videos[other]!, videos[row]!)))
    const fits = left.map((row) => fitIn(videos, videos[row]!, before))
    const gains = left.map((row) => {
      // In the order of the code, as sums round.
      const window = new Float32Array(7)
      for (const [at, other] of shown.entries()) window[at % 7] = Math.max(0, common(row, other))
      return -Math.log2(row + 1) - strength * (window.reduce((sum, each) => sum + each, 0) / 7)
    })
    const best = left.reduce(
      (best, _, at) => (best < 0 || fits[at]! > fits[best]! || (fits[at] === fits[best] && gains[at]! > gains[best]!) ? at : best),
      -1,
    )
    if (best < 0) break
    page.push(left[best]!)
    shown.push(left[best]!)
  }
  return page
}

const sameContent = (one: VideoForTests, other: VideoForTests) => one.content !== 0 && one.content === other.content

test('a page is maximal marginal relevance under limits that give way in order, and never has the same content twice', () => {
  fc.assert(
    fc.property(
      fc.array(anyVideo, { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(8),
      fc.constantFrom(0, 0.5, 2, 8),
      (videos, count, recent, strength) => {
        const made = situation(videos, count, { diversityStrength: strength })
        made.query.recent = videos.map((_, slot) => slot).slice(0, recent)
        const page = select(made)
        assert.deepEqual(page, byDefinition(made, videos, strength))
        assert.deepEqual(select(made), page)
        assert.equal(new Set(page).size, page.length)
      },
    ),
    { seed: 1, numRuns: 300 },
  )
})

test('only the order of the scores counts, not their scale', () => {
  const videos = Array.from({ length: 40 }, (_, n) => ({ creator: (n % 9) + 1, vector: [Math.cos(n), Math.sin(n)] }))
  const pageWith = (scale: (score: number) => number) => {
    const made = situation(videos, 10)
    const { score } = made.candidates.columns
    for (const row of made.ranked) score[row] = scale(((row * 17) % 40) / 8)
    made.ranked.sort((a, b) => score[b]! - score[a]!)
    return select(made)
  }
  const page = pageWith((score) => score)
  for (const scale of [(score: number) => 4 * score - 100, (score: number) => score / 1_024, Math.exp])
    assert.deepEqual(pageWith(scale), page)
})

test('with a strength of 0 the ranking stays as it is where no limit is in the way', () => {
  const videos = Array.from({ length: 20 }, (_, n) => ({ creator: n + 1, vector: [1, n / 100] }))
  assert.deepEqual(select(situation(videos, 10, { diversityStrength: 0 })), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('a video just like all of those before it loses as many doublings of its place as the strength says', () => {
  for (const [places, next] of [
    [3, 2],
    [5, 0],
  ] as const) {
    const made = situation(
      Array.from({ length: places }, (_, n) => ({ vector: n === places - 1 ? [0, 1] : [1, 0] })),
      1,
      { diversityStrength: 2 },
    )
    made.query.recent = Array.from({ length: 7 }, () => 0)
    assert.deepEqual(select(made), [next])
  }
})

test('of two videos with the same vector the one of another category comes first', () => {
  const made = situation(
    [
      { vector: [1, 0], categories: ['a'] },
      { vector: [1, 0], categories: ['a'] },
      { vector: [1, 0], categories: ['b'] },
    ],
    2,
    { diversityStrength: 8 },
  )
  made.query.recent = [0, 0, 0]
  assert.deepEqual(select(made), [2, 0])
})

test('a page differs from the end of the page before', () => {
  const made = situation([{ vector: [1, 0] }, { vector: [0, 1] }, { vector: [1, 0.1] }], 1)
  made.query.recent = [2, 2, 2, 2, 2, 2, 2]
  assert.deepEqual(select(made), [1])
  made.query.recent = [1, 1, 1, 1, 1, 1, 1]
  assert.deepEqual(select(made), [0])
})

test('videos without a vector are alike by what is known of them: creator, then sound, then category', () => {
  const first = { creator: 1, audio: 1, categories: ['cats'] }
  const others = [{ creator: 1 }, { audio: 1 }, { categories: ['cats', 'food'] }, { categories: ['food'] }]
  const { catalog, query } = situation([{ ...first, vector: [1] }, ...others], 1)
  assert.deepEqual(
    others.map((_, n) => likenessOf(catalog, query)(0, n + 1)),
    [0.5, 0.3, 0.2, 0.1],
  )
})

test('what diversity cost and won is told with the page', () => {
  const made = situation(
    [
      { vector: [1, 0], categories: ['a'] },
      { vector: [1, 0], categories: ['a'] },
      { vector: [0, 1], categories: ['b', 'c'] },
    ],
    2,
    { diversityStrength: 6 },
  )
  for (const row of made.ranked) made.candidates.columns.score[row] = Math.log([4, 2, 1][row]!)
  assert.deepEqual(select(made), [0, 2])
  const { relevanceKept, ...rest } = made.query.pageDiversity!
  assert.ok(Math.abs(relevanceKept - 5 / 6) < 1e-6)
  assert.deepEqual(rest, { distance: 1, plainDistance: 0, categories: 3, plainCategories: 1 })
})
