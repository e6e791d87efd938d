import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { ListMeasuresResponse, WatchResponse } from '../server/src/generated/vireo/v1/console_now.ts'
import { openBrowser, openDoors, openPage } from './browser-for-tests.ts'
import { problemOf, Type, VideoState, type VireoForTests, vireoForTests } from './vireo-for-tests.ts'

const patienceMs = 30_000
const patient = () => AbortSignal.timeout(patienceMs)
const config = { lake: { enabled: true }, feed: { sourceDeadlineMs: patienceMs } } as never

/**
 * Ada and Ben are shown four videos each and play some: three watches, one of them liked, another disliked. Then the one
 * that Ben reported is taken down.
 */
async function withTraffic(t: Parameters<typeof vireoForTests>[0]): Promise<VireoForTests> {
  const vireo = await vireoForTests(t, { config })
  await vireo.put(
    ...['a', 'b', 'c', 'd'].map((videoId, n) => ({
      videoId,
      lengthMs: 20_000,
      categories: [{ name: n < 2 ? 'cats' : 'dogs', confidence: 1, source: '' }],
    })),
  )
  for (const person of ['ada', 'ben']) assert.equal((await vireo.feed(person, 4)).length, 4)
  await vireo.did('ada', Type.Watch, 'a', { watchMs: 20_000 })
  await vireo.did('ada', Type.Watch, 'c', { watchMs: 700_000 })
  await vireo.did('ada', Type.Like, 'a')
  await vireo.did('ben', Type.Watch, 'a', { watchMs: 12_000 })
  await vireo.did('ben', Type.Watch, 'd', { watchMs: 2_000 })
  await vireo.did('ben', Type.Dislike, 'd')
  vireo.clock.pass({ seconds: 1 })
  await vireo.did('ben', Type.Report, 'd', { reason: 'spam' })
  await vireo.changeState('d', VideoState.VIDEO_STATE_TAKEN_DOWN)
  return vireo
}

async function watched({ vireo }: VireoForTests): Promise<WatchResponse> {
  for await (const message of vireo.services.console.watch({}, patient())) return message
  throw new Error('the stream has ended')
}

const measuresOf = ({ vireo }: VireoForTests, from = '', until = ''): Promise<ListMeasuresResponse> =>
  vireo.services.console.listMeasures({ from, until }, patient())

/** Of the last day, by name. */
const lastDay = ({ measures }: ListMeasuresResponse) => Object.fromEntries(measures.map(({ name, values }) => [name, values.at(-1)?.value]))

test('what is counted live is what SQL makes of the lake', async (t) => {
  const vireo = await withTraffic(t)
  await vireo.vireo.lake!.drain(patient())
  const { all, categories } = await watched(vireo)
  const measures = await measuresOf(vireo)
  const last = lastDay(measures)
  assert.deepEqual(all, { category: '', impressions: 8n, plays: 4n, watches: 3n, watchMs: 634_000n, likes: 1n, dislikes: 1n })
  assert.deepEqual([last.impressions, last.watches, last.watch_rate], [8, 3, 3 / 8])
  assert.deepEqual([last.like_rate, last.dislike_rate, last.watch_time], [1 / 3, 1 / 3, 317_000])
  assert.deepEqual(
    categories.map(({ category, impressions, watches }) => [category, impressions, watches]),
    [
      ['cats', 4n, 2n],
      ['dogs', 4n, 1n],
    ],
  )
  assert.deepEqual(
    measures.categories.map((days) => Object.values(days).map((each) => (typeof each === 'string' ? each : each.at(-1)))),
    categories.map(({ category, impressions, plays, watches, watchMs, likes, dislikes }) => [
      category,
      impressions,
      plays,
      watches,
      watchMs,
      likes,
      dislikes,
    ]),
  )
  assert.deepEqual([last.active_people_day, last.people_at_risk, last.session_success, last.responsibility], [2, 0.5, 0.5, 0.25])
  assert.deepEqual([measures.days.length, measures.missingDays, measures.problem], [14, [], ''])
})

test('how long uploads waited for their first impression outlives a restart', async (t) => {
  const vireo = await vireoForTests(t, { config })
  await vireo.put({ videoId: 'a', uploadTime: { seconds: BigInt(vireo.clock.now() / 1_000), nanos: 0 } })
  vireo.clock.pass({ seconds: 7 })
  assert.deepEqual(await vireo.feed('ada'), ['a'])
  await vireo.vireo.lake!.drain(patient())
  vireo.clock.pass({ seconds: 1 })
  const again = await vireo.restarted()
  for await (const { uploads } of again.vireo.services.console.watch({}, patient())) {
    if (uploads!.shown === 0) continue
    assert.deepEqual([uploads!.shown, uploads!.firstImpressionS], [1, 7])
    return
  }
})

test('a batch of events is timed from its arrival until the next feed reflects it, whoever brought it', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('a')
  await vireo.did('ada', Type.Watch, 'a', { watchMs: 1_000 })
  assert.equal((await watched(vireo)).acceptTime!.count, 1n)
})

test('a day that is over is kept, and today is read again after a minute', async (t) => {
  const vireo = await withTraffic(t)
  await vireo.vireo.lake!.drain(patient())
  const watches = async () => lastDay(await measuresOf(vireo)).watches
  assert.equal(await watches(), 3)
  await vireo.did('ada', Type.Watch, 'b', { watchMs: 20_000 })
  await vireo.vireo.lake!.drain(patient())
  assert.equal(await watches(), 3)
  vireo.clock.pass({ seconds: 61 })
  assert.equal(await watches(), 4)
})

test('what is no range of days is refused, and without a lake it is said that there is none', async (t) => {
  const vireo = await vireoForTests(t)
  for (const [from, until] of [
    ['2026-01-32', ''],
    ['2026-01-10', '2026-01-09'],
    ['2025-01-01', '2026-01-01'],
  ])
    assert.deepEqual(await problemOf(measuresOf(vireo, from, until)), { code: 'DAY_INVALID', field: 'from', retryable: false })
  const { days, missingDays, problem } = await measuresOf(vireo, '2026-01-14', '2026-01-15')
  assert.deepEqual([days, missingDays, problem], [[], ['2026-01-14', '2026-01-15'], 'There is no lake.'])
})

test('all who watch are told of one reading, every second, until the server closes', async (t) => {
  const vireo = await vireoForTests(t)
  const streams = [vireo.vireo.services.console.watch({}, patient()), vireo.vireo.services.console.watch({}, patient())].map((stream) =>
    stream[Symbol.asyncIterator](),
  )
  await Promise.all(streams.map((stream) => stream.next()))
  const second = await Promise.all(streams.map((stream) => stream.next()))
  assert.equal(second[0]!.value.stages, second[1]!.value.stages)
  const last = Promise.all(streams.map((stream) => stream.next()))
  await vireo.vireo.close()
  assert.deepEqual(
    (await last).map(({ done }) => done),
    [true, true],
  )
})

test('whoever comes to watch sees what went on before', async (t) => {
  const vireo = await vireoForTests(t, { config: { feed: { sourceDeadlineMs: patienceMs } } as never })
  await vireo.put('a', 'b')
  for (const person of ['ada', 'ben']) await vireo.feed(person)
  const { console } = vireo.vireo.services
  for await (const { points } of console.watch({}, patient())) if (points.length > 0) break
  const [point] = (await watched(vireo)).points
  assert.ok(point!.fullPerS + point!.noRankingPerS > 0)
  assert.deepEqual([point!.feedsPerS, point!.feedTime!.count], [point!.fullPerS + point!.lightRankingPerS + point!.noRankingPerS, 2n])
})

test('the pages tell the numbers, in light and in dark, and anybody can use them', async (t) => {
  const vireo = await withTraffic(t)
  await vireo.vireo.lake!.drain(patient())
  const { url } = await openDoors(t, vireo)
  assert.equal((await fetch(`${url}/v1/videos/nowhere`)).status, 404)
  const { page, problems } = await openPage(await openBrowser(t))
  page.setDefaultTimeout(patienceMs)
  const isAccessible = async () => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    // What the scheme changes.
    const inDark = await new AxeBuilder({ page }).withRules('color-contrast').analyze()
    assert.deepEqual([...violations, ...inDark.violations], [])
  }
  const figure = async (name: string) => (await page.locator('.figures > div', { hasText: name }).textContent())!
  const row = (name: string | RegExp) => page.getByRole('row', { name }).waitFor()

  await page.goto(`${url}/console/`)
  await page.getByText('1 call failed with UNKNOWN_VIDEO.').waitFor()
  assert.match(await figure('Watched of shown'), /^Watched of shown37.5%of 8 impressions/)
  await row(/^cats 4 2 50% /)
  await page.getByText('Of 15 Jan 2026 (UTC)').waitFor()
  assert.match(await figure('Responsibility'), /^Responsibility25%.* Out of 8\. Wanted: at most 0\.1%\.$/)
  await page.getByText('category cats (0)').waitFor()
  await isAccessible()

  await page.getByRole('link', { name: 'Pipeline' }).click()
  await page.getByRole('button', { name: 'Since the start' }).click()
  await page.locator('.funnel .stage', { hasText: 'diversity' }).getByText('4 on the page').waitFor()
  await row(/^served_slate commit 2 /)
  assert.equal(new URL(page.url()).search, '?of=start')
  await isAccessible()

  await page.goto(`${url}/console/measures?from=2026-01-14&until=2026-01-15`)
  const people = page.locator('figure', { hasText: 'Active people a day' })
  await people.getByRole('button', { name: 'Table' }).click()
  await people.getByRole('row', { name: '15 Jan 2026 2' }).waitFor()
  await people.getByRole('row', { name: '14 Jan 2026 0' }).waitFor()
  await page.locator('figure', { hasText: 'Responsibility' }).getByText('limit 0.1%').waitFor()
  await row('category cats 0 – a gap 2')
  await row(/^cats 4 2 50% /)
  await page.getByRole('button', { name: 'dogs' }).click()
  const dogs = page.locator('figure', { hasText: 'Click-through rate of dogs' })
  await dogs.getByRole('button', { name: 'Table' }).click()
  await dogs.getByRole('row', { name: '15 Jan 2026 25% 4' }).waitFor()
  assert.equal(new URL(page.url()).searchParams.get('category'), 'dogs')
  await isAccessible()
  assert.deepEqual(problems, [])
})
