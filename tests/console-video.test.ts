import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AxeBuilder } from '@axe-core/playwright'
import fc from 'fast-check'
import type { Page } from 'playwright-core'
import { KeyStore } from '../server/src/api/access/key-store.ts'
import type { Video } from '../server/src/generated/vireo/v1/catalog.ts'
import {
  InspectExplorationRequest,
  InspectVideoRequest,
  FlowPlace_Kind as Kind,
  SearchVideosRequest,
  VideoOrder,
} from '../server/src/generated/vireo/v1/console_video.ts'
import { openBrowser, openDoors, openPage } from './browser-for-tests.ts'
import { problemOf, startMs, Type, VideoState, type VireoForTests, vireoForTests } from './vireo-for-tests.ts'

const patienceMs = 20_000
const soon = () => AbortSignal.timeout(patienceMs)
type Asked = Parameters<typeof SearchVideosRequest.fromPartial>[0]

const search = ({ vireo }: VireoForTests, asked: Asked = {}) =>
  vireo.services.console.searchVideos(SearchVideosRequest.fromPartial(asked), soon())
const found = async (vireo: VireoForTests, asked: Asked = {}) => (await search(vireo, asked)).videos.map(({ videoId }) => videoId)
const inspect = ({ vireo }: VireoForTests, videoId: string, withShown = false) =>
  vireo.services.console.inspectVideo(InspectVideoRequest.fromPartial({ videoId, withShown }), soon())
const creator = ({ vireo }: VireoForTests, creatorId: string) => vireo.services.console.inspectCreator({ creatorId }, soon())
const exploration = ({ vireo }: VireoForTests, asked: Parameters<typeof InspectExplorationRequest.fromPartial>[0] = {}) =>
  vireo.services.console.inspectExploration(InspectExplorationRequest.fromPartial(asked), soon())

/** Titles are found when the state has been saved. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const started = Date.now(); !(await holds()); await sleep(20)) assert.ok(Date.now() - started < patienceMs, 'it took too long')
}

const uploaded = (hoursAgo: number) => ({ seconds: BigInt(startMs / 1_000 - hoursAgo * 3_600), nanos: 0 })
const inCategory = (name: string): Partial<Video> => ({ categories: [{ name, confidence: 0.75, source: 'test' }] })

test('the pages of a search hold each video that matches once, in the order that was asked for', async (t) => {
  const vireo = await vireoForTests(t)
  const videos = Array.from({ length: 90 }, (_, n) => ({
    videoId: `${['x', 'xy', 'é'][n % 3]}${n}`,
    creatorId: `by${n % 4}`,
    uploadTime: uploaded(n % 7),
    state: n % 5 === 0 ? VideoState.VIDEO_STATE_PENDING : VideoState.VIDEO_STATE_CLEARED,
    ...inCategory(`k${n % 2}`),
  }))
  await vireo.put(...videos)
  for (let n = 0; n < 90; n += 11) await vireo.did('ada', Type.Watch, videos[n]!.videoId, { watchMs: 20_000 })
  const watches = (videoId: string) => vireo.vireo.feedParts.counters.longViewsEver(vireo.vireo.feedParts.catalog.ids.find(videoId))
  const asked = fc.record({
    query: fc.constantFrom('', 'x', 'xy', 'xy1', 'é', 'z'),
    creatorId: fc.constantFrom('', 'by1', 'nobody'),
    category: fc.constantFrom('', 'k1', 'none'),
    state: fc.constantFrom(VideoState.VIDEO_STATE_UNSPECIFIED, VideoState.VIDEO_STATE_CLEARED, VideoState.VIDEO_STATE_TAKEN_DOWN),
    order: fc.constantFrom(VideoOrder.VIDEO_ORDER_NEWEST, VideoOrder.VIDEO_ORDER_MOST_WATCHED),
    pageSize: fc.integer({ min: 1, max: 30 }),
  })
  await fc.assert(
    fc.asyncProperty(asked, async (request) => {
      const pages: string[][] = []
      let token = ''
      do {
        const page = await search(vireo, { ...request, pageToken: token })
        pages.push(page.videos.map(({ videoId }) => videoId))
        token = page.nextPageToken
      } while (token !== '')
      const { category, creatorId, order, pageSize, query, state } = request
      const matching = videos.filter(
        (video) =>
          video.videoId.startsWith(query) &&
          (creatorId === '' || video.creatorId === creatorId) &&
          (category === '' || video.categories?.[0]?.name === category) &&
          (state === 0 || video.state === state),
      )
      assert.ok(pages.slice(0, -1).every(({ length }) => length === pageSize))
      assert.deepEqual(pages.flat().toSorted(), matching.map(({ videoId }) => videoId).toSorted())
      const worth = (videoId: string) =>
        order === VideoOrder.VIDEO_ORDER_NEWEST
          ? Number(videos.find((video) => video.videoId === videoId)!.uploadTime!.seconds)
          : watches(videoId)
      const values = pages.flat().map(worth)
      assert.deepEqual(
        values,
        values.toSorted((a, b) => b - a),
      )
    }),
    { numRuns: 60 },
  )
})

test('a video is found by words of its title once they are saved, and the one with just the id comes first', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(
    { videoId: 'cat', title: 'A dog', uploadTime: uploaded(9) },
    { videoId: 'b', title: 'Cat and dog', uploadTime: uploaded(1) },
    { videoId: 'cats', title: 'Nothing' },
  )
  await until(async () => (await search(vireo, { query: 'dog' })).total === 2)
  assert.deepEqual(await found(vireo, { query: 'cat' }), ['cat', 'cats', 'b'])
  assert.deepEqual(await found(vireo, { query: 'DOG cat' }), ['b'])
  const again = await vireo.restarted()
  assert.deepEqual(await found(again, { query: 'dog cat' }), ['b'])
  assert.equal((await problemOf(search(again, { pageToken: 'x' }))).code, 'PAGE_TOKEN_INVALID')
})

test('a takedown and what follows it are told with their reason and the key that asked for them', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('a', 'b')
  const { url } = await openDoors(t, vireo)
  const post = (path: string, reason: string, secret?: string) =>
    fetch(`${url}/v1/admin/videos/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) },
      body: JSON.stringify({ reason }),
    })
  assert.equal((await post('a/take-down', 'nobody said who')).status, 200)
  const keys = new KeyStore({ dataDir: vireo.folder })
  const { key, secret } = await keys.create('moderation', ['admin'])
  await until(async () => (await post('b/take-down', 'without a key')).status === 401)
  assert.equal((await post('a/restore', 'it was a mistake', secret)).status, 200)
  const told = async (of: VireoForTests) => {
    const { changes, video } = await inspect(of, 'a')
    return [video!.state, ...changes.map(({ by, reason, state }) => [state, reason, by])]
  }
  const expected = [
    VideoState.VIDEO_STATE_CLEARED,
    [VideoState.VIDEO_STATE_CLEARED, 'it was a mistake', key.keyId],
    [VideoState.VIDEO_STATE_TAKEN_DOWN, 'nobody said who', ''],
  ]
  assert.deepEqual(await told(vireo), expected)
  assert.deepEqual(await told(await vireo.afterCrash({ onlyLog: true })), expected)
})

test('a video in a bucket tells its odds, and once it is known its verdict', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...['a', 'b', 'c'].map((videoId) => ({ videoId, lengthMs: 30_000, ...inCategory('k') })))
  const before = (await inspect(vireo, 'a')).exploration!
  assert.deepEqual(before.place, { kind: Kind.KIND_BUCKET, bucket: 0, fresh: true, playsFrom: 0, playsBelow: 10 })
  assert.deepEqual([before.mean, before.categoryRate], [0.5, 0.5])
  assert.deepEqual(before.categories, [{ category: 'k', rate: 0.5, videosInBucket: 3, bucketOdds: 1, chance: 1 / 3 }])
  for (let person = 0; person < 100; person++) await vireo.did(`p${person}`, Type.Watch, 'a', { watchMs: 20_000 })
  const { ever, exploration, hours } = await inspect(vireo, 'a')
  assert.equal(exploration!.place!.kind, Kind.KIND_PROMOTED)
  assert.equal(exploration!.categories.length, 0)
  assert.deepEqual([ever!.plays, ever!.watched10s, ever!.longViews], [100, 100, 100])
  assert.deepEqual(
    hours.map(({ counts, start }) => [Number(start!.seconds), counts!.plays]),
    [[startMs / 1_000, 100]],
  )
  assert.equal((await problemOf(inspect(vireo, 'nobody'))).code, 'UNKNOWN_VIDEO')
})

test('a creator’s videos stand against others as far in exploration, and what their first day gave is known for a week', async (t) => {
  const vireo = await vireoForTests(t)
  const common = { lengthMs: 30_000, ...inCategory('k') }
  await vireo.put(
    { videoId: 'good', creatorId: 'ann', uploadTime: uploaded(2), ...common },
    { videoId: 'old', creatorId: 'ann', uploadTime: uploaded(20 * 24), ...common },
    { videoId: 'other', creatorId: 'ben', uploadTime: uploaded(2), ...common },
  )
  for (let person = 0; person < 9; person++) {
    await vireo.did(`p${person}`, Type.Watch, 'good', { watchMs: 20_000 })
    await vireo.did(`p${person}`, Type.Watch, 'other', { watchMs: person < 3 ? 20_000 : 500 })
  }
  await vireo.did('p0', Type.Follow, 'good', { creatorId: 'ann' })
  const page = await vireo.feed('somebody', 3)
  const { firstDayServed, follows, impressions, newVideos, videos, videosTotal } = await creator(vireo, 'ann')
  assert.deepEqual([videosTotal, newVideos, follows], [2, 1, 1n])
  assert.deepEqual([firstDayServed, impressions], [page.includes('good') ? 1n : 0n, BigInt(page.filter((id) => id !== 'other').length)])
  assert.deepEqual(
    videos.map(({ video, firstDayServed }) => [video!.videoId, firstDayServed]),
    [
      ['old', undefined],
      ['good', Number(firstDayServed)],
    ],
  )
  const { watchRate } = videos.find(({ video }) => video!.videoId === 'good')!
  assert.deepEqual([watchRate!.rate, watchRate!.others], [1, 1 / 3])
  assert.ok(watchRate!.chanceAbove! > 0.99, String(watchRate!.chanceAbove))
  assert.equal((await problemOf(creator(vireo, 'nobody'))).code, 'UNKNOWN_CREATOR')
})

test('every new video is in one place of the flow, and exploring costs what the explored results of a page fall behind', async (t) => {
  const lake = { enabled: true, commitSeconds: 3_600, memoryMb: 128 }
  const vireo = await vireoForTests(t, { config: { lake, feed: { explorationShare: 0.5 } } as never })
  const common = { lengthMs: 30_000, ...inCategory('k') }
  await vireo.put(...Array.from({ length: 40 }, (_, n) => ({ videoId: `v${n}`, uploadTime: uploaded(n < 30 ? 1 : 31 * 24), ...common })))
  for (const person of ['ada', 'ben', 'cem', 'dea']) {
    const { results } = await vireo.page(person, { resultPerPage: 10 })
    vireo.clock.pass({ seconds: 30 })
    for (const { source, tracking, videoId } of results)
      await vireo.did(person, Type.Watch, videoId, { tracking, watchMs: source === 'bucket_flow' ? 500 : 25_000 })
  }
  const slates = await vireo.slates()
  const explored = slates.flatMap(({ items }) => items.filter(({ propensity }) => propensity > 0))
  vireo.clock.pass({ hours: 1 })
  await vireo.vireo.lake!.drain(soon())
  const { all, categories, cost, costProblem, hundredth } = await exploration(vireo, { withCost: true })
  assert.equal(costProblem, '')
  const { fresh, left, older, promoted, retired, videos } = all!
  assert.equal(videos, 30)
  assert.equal(
    [...fresh, ...older, promoted, retired, left].reduce((sum, each) => sum + each, 0),
    30,
  )
  assert.deepEqual(
    categories.map(({ category, counts }) => [category, counts!.videos]),
    [['k', 30]],
  )
  assert.deepEqual(hundredth.at(-1), { withinHours: undefined, videos: 30 })
  assert.ok(explored.length > 0 && explored.length < 40)
  assert.deepEqual([Number(cost!.served), Number(cost!.explored)], [40, explored.length])
  assert.deepEqual([cost!.exploredSide!.longViews, cost!.lostPerResult], [0n, 1])
  assert.equal(cost!.rankedSide!.longViews, cost!.rankedSide!.results)

  const { videoId } = explored[0]!
  const { shown, shownProblem } = await inspect(vireo, videoId, true)
  assert.equal(shownProblem, '')
  const times = slates.flatMap(({ items }) => items.filter((item) => item.videoId === videoId))
  assert.deepEqual([Number(shown!.times), Number(shown!.explored)], [times.length, times.filter(({ propensity }) => propensity > 0).length])
  assert.equal(shown!.last.length, times.length)
  assert.ok(shown!.bySource.some(({ name }) => name === 'bucket_flow'))
})

test('a moderator finds a video, takes it down with a reason, and sees that it is down', async (t) => {
  const models = { enabled: true, registry: 'tests/artifacts', name: 'tiny', deadlineMs: patienceMs, hungMs: patienceMs }
  const vireo = await vireoForTests(t, { config: { models } as never })
  const videos = ['cats', 'dogs', 'cows'].map((word, n) => ({
    videoId: `v${n}`,
    creatorId: 'ann',
    title: `About ${word}`,
    lengthMs: 30_000,
    uploadTime: uploaded(n + 1),
    ...inCategory('k'),
  }))
  await vireo.put(...videos)
  for (let person = 0; person < 4; person++) await vireo.did(`p${person}`, Type.Watch, 'v1', { watchMs: 20_000 })
  await until(async () => (await search(vireo, { query: 'dogs' })).total === 1)
  await until(async () => (await inspect(vireo, 'v1')).near.length === 2)
  const { url } = await openDoors(t, vireo)
  const { page, problems } = await openPage(await openBrowser(t))
  page.setDefaultTimeout(patienceMs)

  await page.goto(`${url}/console/video`)
  await page.getByText('3 videos match').waitFor()
  await page.getByLabel('Id or words of the title').fill('dogs')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByText('1 video matches').waitFor()
  assert.equal(new URL(page.url()).search, '?query=dogs')
  await accessible(page)
  await page.getByRole('link', { name: 'About dogs' }).click()
  await page.getByRole('heading', { level: 1, name: 'About dogs' }).waitFor()
  assert.equal(await figure(page, 'Plays'), 4)
  assert.equal(await figure(page, 'Watched 10 s'), 4)
  await page.getByText('It is in the bucket for under 10 plays and leaves it at 10; it has 4.').waitFor()
  await page.getByText('Unknown. There is no lake.').waitFor()
  assert.equal(await page.getByRole('region', { name: 'Nearest neighbours' }).getByRole('row').count(), 3)
  await accessible(page)

  await page.getByRole('button', { name: 'Take down …' }).click()
  const dialog = page.getByRole('dialog', { name: 'Take down' })
  await dialog.getByRole('button', { name: 'Take down' }).click()
  assert.equal((await inspect(vireo, 'v1')).video!.state, VideoState.VIDEO_STATE_CLEARED, 'a reason is needed')
  await dialog.getByLabel('Reason, for the record').fill('It shows cats')
  await accessible(page, 'dialog[open]')
  await dialog.getByRole('button', { name: 'Take down' }).click()
  const line = page.getByRole('row').filter({ hasText: 'It shows cats' })
  assert.match((await line.textContent())!, /15 Jan 2026.*taken down.*no key was asked for/s)
  assert.equal((await inspect(vireo, 'v1')).video!.state, VideoState.VIDEO_STATE_TAKEN_DOWN)
  assert.ok(!(await vireo.feed('somebody', 10)).includes('v1'))
  await page.getByRole('button', { name: 'Restore …' }).click()
  await page.getByRole('dialog', { name: 'Restore' }).getByLabel('Reason, for the record').fill('They are dogs')
  await page.getByRole('dialog', { name: 'Restore' }).getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('row').filter({ hasText: 'They are dogs' }).waitFor()

  await page.getByRole('link', { name: 'ann' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Creator ann' }).waitFor()
  assert.equal(await figure(page, 'Videos'), 3)
  assert.match((await page.getByRole('row').filter({ hasText: 'About dogs' }).textContent())!, /100%/)
  await accessible(page)

  await page.getByRole('link', { name: 'Exploration' }).click()
  const picture = page.getByRole('img', { name: 'New: 3; under 10 plays: 3; 10 to 29 plays: 0' })
  await picture.waitFor()
  await page.getByText('Unknown. There is no lake.').waitFor()
  await accessible(page)
  await page.getByRole('button', { name: 'Table' }).click()
  assert.match((await page.getByRole('row').filter({ hasText: 'under 10 plays' }).first().textContent())!, /3100%/)
  assert.deepEqual(problems, [])
})

/** The number under a name. */
const figure = async (page: Page, name: string) => {
  const one = page.locator('.figures > div').filter({ has: page.getByText(name, { exact: true }) })
  return Number(await one.locator('dd').evaluate((dd) => dd.firstChild?.textContent))
}

/** Axe finds nothing in a part of a page; dark differs from light in nothing but its colours. */
async function accessible(page: Page, part = 'body'): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const axe = new AxeBuilder({ page }).include(part)
    const { violations } = await (colorScheme === 'light' ? axe : axe.withRules('color-contrast')).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
      [],
    )
  }
}
