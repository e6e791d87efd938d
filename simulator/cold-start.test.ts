import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, minuteMs } from '../server/src/clock.ts'
import { loadConfig } from '../server/src/config.ts'
import { firstDayMs, folderOf, historyOf, type LogRow, logOf, videosOf } from '../server/src/importing/folders-for-tests.ts'
import { coldStart } from './cold-start.ts'

const { signal } = new AbortController()
const config = loadConfig({ VIREO_FEED_EXPLORATION_SHARE: '0.3' }, import.meta.dirname)

const videos = Array.from({ length: 120 }, (_, video) => [`v${video}`, `c${video}`, '2022-04-20', 30_000, '', `${video % 4}`] as const)

/** Every person with every other video, of which some are better than others. */
const watches: LogRow[] = Array.from({ length: 6_000 }, (_, at) => {
  const [person, video] = [at % 50, Math.floor(at / 25) % 120]
  const isLong = (at * 37) % 100 < 35 + (video % 25)
  return { person: `p${person}`, video: `v${video}`, timeMs: firstDayMs + at * 25_000, watchMs: isLong ? 22_000 : 2_000, lengthMs: 30_000 }
})
const lastDayMs = firstDayMs + 6 * dayMs
const arrivals: LogRow[] = Array.from({ length: 100 }, (_, at) => ({
  person: `p${at % 50}`,
  video: 'v0',
  timeMs: lastDayMs + at * 14 * minuteMs,
  lengthMs: 30_000,
}))

const folder = folderOf({
  'video_features_basic.csv': videosOf(videos),
  'history_h.csv': historyOf([]),
  'log_a.csv': logOf([...watches, ...arrivals]),
})

test('people never seen get a varied first page, uploads never seen are shown a hundred times within the day, with the chances that are logged', async () => {
  const { uploads, exploration, value, degraded, people } = await coldStart({ folder, clones: 8, uploads: 10, seed: 1, config, signal })
  assert.equal(degraded, 0)
  assert.equal(uploads.count, 10)
  assert.ok(uploads.reachedShare >= 0.8, JSON.stringify(uploads))
  assert.ok(uploads.medianFirstS < uploads.medianHundredthS)
  assert.ok(exploration.realisedShare > 0.1 && exploration.realisedShare <= 0.31, `${exploration.realisedShare} explored`)
  const { inverse, pages } = exploration.propensities
  assert.ok(Math.abs(inverse / pages - 1) < 0.4, `${inverse} for ${pages} pages`)
  assert.deepEqual([value.explored.pages, value.unexplored.pages, people.ofKnown.pages], [800, 800, 100])
  assert.ok(value.longViewsLost < 0.15, `${value.longViewsLost} lost`)
  assert.ok(people.firstOfNew.categoriesPerPage >= 3)
})

test('a day that the log does not hold is refused, and one before which there is nothing to learn from', async () => {
  for (const day of ['2022-06-01', '2022-04-26']) {
    await assert.rejects(coldStart({ folder, day, clones: 1, seed: 1, config, signal }), { code: 'DAY_NOT_IN_LOG' })
  }
})
