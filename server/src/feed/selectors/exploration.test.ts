import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { VideoCounters } from '../../counters/video-counters.ts'
import { BucketFlow } from '../../exploration/bucket-flow.ts'
import { diversity } from './diversity.ts'
import { explorationSlots } from './exploration-slots.ts'
import { newVideos } from './new-videos.ts'
import { anyVideo, nowMs, situation, type VideoForTests } from './selectors-for-tests.ts'
import { serendipity } from './serendipity.ts'

/** All selectors in the feed's order, over candidates of which some are new and some may not be shown. */
function selected(videos: readonly VideoForTests[], { count = 10, drawn, fresh, gone = [], seeds = [] }: Draws) {
  const made = situation(videos, count, { serendipityShare: 1 })
  const { candidates, catalog, query } = made
  const clock = { now: () => nowMs }
  const flow = new BucketFlow(catalog, new VideoCounters(clock, catalog.ids), clock)
  for (const slot of fresh) flow.after(slot)
  query.explored = drawn.map(([position, slot]) => ({ position, slot, propensity: 0.01 }))
  query.seeds = seeds.map((video) => ({ video, weight: 1 }))
  const rows = candidates.rows.subarray(0, candidates.live).filter((row) => !gone.includes(row))
  candidates.rows.set(rows)
  candidates.live = rows.length
  // A video that was found by the draw alone is not in the ranking.
  const ranked = [...rows].filter((row) => !drawn.some(([, slot]) => slot === row))
  for (const [place, row] of ranked.entries()) candidates.columns.score[row] = 1 - place / 100
  const parts = { catalog, flow }
  const stages = [diversity(parts), serendipity(parts), explorationSlots(parts), newVideos(parts)]
  const pages = stages.map(() => [] as number[])
  for (const [at, stage] of stages.entries()) pages[at] = stage.select(query, candidates, ranked, pages[at - 1] ?? [])
  return { candidates, pages, page: pages.at(-1)!, ranked }
}

interface Draws {
  readonly count?: number
  /** Positions and slots. */
  readonly drawn: readonly (readonly [number, number])[]
  /** Slots that are new. */
  readonly fresh: readonly number[]
  /** Rows that a filter removed. */
  readonly gone?: readonly number[]
  readonly seeds?: readonly number[]
}

const plain = (count: number): VideoForTests[] => Array.from({ length: count }, (_, n) => ({ creator: n + 1 }))

test('what was drawn is in its position with its propensity, and takes that of nothing unexpected', () => {
  const draws = fc.uniqueArray(fc.tuple(fc.nat(9), fc.integer({ min: 40, max: 59 })), {
    maxLength: 8,
    selector: ([position]) => position,
  })
  fc.assert(
    fc.property(fc.array(anyVideo, { minLength: 60, maxLength: 60 }), draws, fc.nat(4), (videos, unordered, seeds) => {
      const drawn = unordered.toSorted(([a], [b]) => a - b)
      const fresh = videos.map((_, slot) => slot).filter((slot) => slot % 3 === 0)
      const { candidates, page, pages } = selected(videos, { drawn, fresh, seeds: fresh.slice(0, seeds) })
      for (const [at, row] of page.entries()) {
        const draw = drawn.find(([, slot]) => slot === row)
        if (draw !== undefined) assert.equal(at, draw[0])
        assert.equal(candidates.columns.propensity[row]! > 0, draw !== undefined)
      }
      const unexpected = pages[1]!.filter((row) => candidates.columns.unexpectedness[row]! > 0)
      assert.ok(unexpected.every((row) => pages[2]!.includes(row)))
      // Only its content may stand in its way.
      const contents = pages[1]!.map((row) => videos[row]!.content)
      const clear = drawn.filter(([, slot]) => videos[slot]!.content === 0 || !contents.includes(videos[slot]!.content))
      const twice = new Set(clear.map(([, slot]) => videos[slot]!.content || `video ${slot}`)).size < clear.length
      if (!twice && pages[1]!.length === 10) for (const [position, slot] of clear) assert.equal(page[position], slot)
      assert.equal(new Set(page).size, page.length)
    }),
    { seed: 3, numRuns: 300 },
  )
})

test('where what was drawn may not be shown, the best-ranked new video takes the position, without a propensity', () => {
  const { candidates, page } = selected(plain(40), { drawn: [[3, 39]], fresh: [20, 25, 39], gone: [39] })
  assert.deepEqual(page, [0, 1, 2, 20, 4, 5, 6, 7, 8, 9])
  assert.equal(candidates.columns.propensity[20], 0)
})

test('a position that has a new video already keeps it, and so does one for which there is no other', () => {
  assert.deepEqual(selected(plain(20), { drawn: [[3, 19]], fresh: [3, 15], gone: [19] }).page, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.deepEqual(selected(plain(20), { drawn: [[3, 19]], fresh: [19], gone: [19] }).page, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('a new video in place of what was drawn is by nobody who is near', () => {
  const videos = plain(20).map((video, n) => (n === 12 ? { creator: 5 } : video))
  assert.deepEqual(selected(videos, { drawn: [[3, 19]], fresh: [12, 14], gone: [19] }).page, [0, 1, 2, 14, 4, 5, 6, 7, 8, 9])
})
