import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { feedSettings } from '../server/src/feed/feed-settings.ts'
import { FeedTrial_Fate as Fate, TryFeedRequest, type TryFeedResponse } from '../server/src/generated/vireo/v1/console_person.ts'
import { Level, RecsRequest } from '../server/src/generated/vireo/v1/feed.ts'
import { openBrowser, openDoors, openPage } from './browser-for-tests.ts'
import { problemOf, Type, VideoState, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const patienceMs = 20_000
const models = { enabled: true, registry: 'tests/artifacts', name: 'tiny', deadlineMs: patienceMs, hungMs: patienceMs }
const patient = { sourceDeadlineMs: patienceMs }
type Asked = Parameters<typeof TryFeedRequest.fromPartial>[0]

const tryFeed = ({ vireo }: VireoForTests, asked: Asked = {}): Promise<TryFeedResponse> =>
  vireo.services.console.tryFeed(TryFeedRequest.fromPartial({ request: { userid: 'ada' }, ...asked }), AbortSignal.timeout(patienceMs))
const inspect = ({ vireo }: VireoForTests, userid: string, withSurfaces = false) =>
  vireo.services.console.inspectPerson({ userid, withSurfaces }, AbortSignal.timeout(patienceMs))
const idsOf = ({ page }: { page: readonly { videoId: string }[] }) => page.map(({ videoId }) => videoId)

/** Videos in three categories, and somebody who watched two of one of them. */
async function withWatcher(t: Parameters<typeof vireoForTests>[0], config = {}) {
  const vireo = await vireoForTests(t, { config: { feed: patient, ...config } as never })
  const ids = videoIds(60)
  await vireo.put(
    ...ids.map((videoId, n) => ({ videoId, lengthMs: 20_000, categories: [{ name: `c${n % 3}`, confidence: 1, source: '' }] })),
  )
  for (const videoId of ['v0', 'v3']) await vireo.did('ada', Type.Watch, videoId, { watchMs: 20_000 })
  return vireo
}

test('a try shows the very page that the person would get, and shows it to nobody', async (t) => {
  const vireo = await withWatcher(t)
  const request = { userid: 'ada', requestId: 7n, resultPerPage: 12 }
  const tried = [await tryFeed(vireo, { request }), await tryFeed(vireo, { request })].map(({ trial }) => idsOf(trial!))
  assert.deepEqual(tried[0], tried[1])
  assert.deepEqual(await vireo.slates(), [])
  assert.deepEqual(await vireo.feed('ada', 12, { requestId: 7n }), tried[0])
})

test('every video that a source found has its place in the ranking and its fate', async (t) => {
  const vireo = await withWatcher(t)
  await vireo.changeState('v7', VideoState.VIDEO_STATE_TAKEN_DOWN)
  await vireo.did('ada', Type.BlockCreator, '', { creatorId: 'by-v10' })
  const { baseline, trial } = await tryFeed(vireo)
  const { candidates, page } = trial!
  assert.equal(baseline, undefined)
  assert.equal(new Set(candidates.map(({ videoId }) => videoId)).size, candidates.length)
  const picked = candidates.filter(({ fate }) => fate === Fate.FATE_PICKED).sort((a, b) => a.position! - b.position!)
  assert.deepEqual(idsOf({ page: picked }), idsOf({ page }))
  const ranks = candidates.flatMap(({ rank }) => rank ?? [])
  assert.deepEqual(
    ranks,
    ranks.map((_, place) => place + 1),
  )
  const blocked = candidates.find(({ videoId }) => videoId === 'v10')!
  assert.deepEqual([blocked.fate, blocked.stoppedBy, blocked.rank, blocked.terms], [Fate.FATE_REMOVED, 'blocked_creators', undefined, []])
  assert.equal(blocked.title, 'Title of v10')
  assert.ok(Object.values(blocked.foundBy).every((place) => place >= 1))
  for (const { fate, stoppedBy } of candidates) {
    const isStopped = fate === Fate.FATE_REMOVED || fate === Fate.FATE_PASSED_OVER
    assert.ok(fate !== Fate.FATE_UNSPECIFIED && (stoppedBy !== '') === isStopped)
  }
})

test('other weights make another value, and the page as things are stands beside it', async (t) => {
  const vireo = await withWatcher(t, { models })
  const { trial: now } = await tryFeed(vireo)
  assert.deepEqual([now!.level, now!.model, now!.settings!.weights], [Level.LEVEL_FULL, 'tiny/1', { long_view: 1, like: 0 }])
  const { baseline, trial } = await tryFeed(vireo, { settings: { weights: { like: 2 }, valueWeight: 40, diversity: false } })
  assert.deepEqual([idsOf(baseline!), baseline!.candidates], [idsOf(now!), []])
  assert.deepEqual(trial!.settings!.weights, { long_view: 0, like: 2 })
  const [like, value] = ['like', 'value'].map((term) => trial!.terms.indexOf(term))
  for (const { terms } of trial!.candidates) assert.ok(Math.abs(terms[value!]! / (2 * terms[like!]!) - 1) < 0.002)
  const ranksBefore = new Map(now!.candidates.map(({ rank, videoId }) => [videoId, rank]))
  for (const { baselineRank, videoId } of trial!.candidates) assert.equal(baselineRank, ranksBefore.get(videoId))
})

test('what each term adds sums up to the score', async (t) => {
  const vireo = await withWatcher(t, { models })
  // The one is more like it than the other.
  for (const [person, ...watched] of [
    ['bob', 'v0', 'v3', 'v6', 'v9'],
    ['eve', 'v0', 'v6'],
  ] as const) {
    for (const videoId of watched) await vireo.did(person, Type.Watch, videoId, { watchMs: 20_000 })
  }
  const { trial: now } = await tryFeed(vireo)
  for (const term of ['retrieval', 'value', 'co_watching'])
    assert.ok(
      now!.page.some(({ gains }) => gains[term]! !== 0),
      term,
    )
  for (const settings of [{}, { bestLevel: Level.LEVEL_NO_RANKING }, { valueWeight: 7, sessionWeight: 20, coWatchWeight: 4 }]) {
    const { trial } = await tryFeed(vireo, { settings })
    assert.ok(trial!.page.length > 0)
    for (const { gains, score } of trial!.page) {
      const sum = Object.values(gains).reduce((all, gain) => all + gain, 0)
      assert.ok(Math.abs(sum - score) < 1e-4, `${sum} is not ${score}`)
    }
  }
})

test('a level and doing without the model can be tried', async (t) => {
  const vireo = await withWatcher(t, { models })
  const levelWith = async (settings: Asked['settings']) => {
    const { trial } = await tryFeed(vireo, { settings })
    return [trial!.level, trial!.model]
  }
  assert.deepEqual(await levelWith({ bestLevel: Level.LEVEL_LIGHT_RANKING }), [Level.LEVEL_LIGHT_RANKING, 'tiny/1'])
  assert.deepEqual(await levelWith({ bestLevel: Level.LEVEL_NO_RANKING }), [Level.LEVEL_NO_RANKING, 'tiny/1'])
  assert.deepEqual(await levelWith({ models: false }), [Level.LEVEL_FULL, ''])
})

test('what the configuration refuses is refused by its name', async (t) => {
  const vireo = await vireoForTests(t)
  const refusal = async (asked: Asked) => {
    const { code, field } = await problemOf(tryFeed(vireo, asked))
    return `${code} ${field}`
  }
  assert.equal(await refusal({ settings: { valueWeight: -1 } }), 'OUT_OF_RANGE settings.value_weight')
  assert.equal(await refusal({ settings: { coWatchWeight: 1e9 } }), 'OUT_OF_RANGE settings.co_watch_weight')
  assert.equal(await refusal({ settings: { explorationShare: 1.5 } }), 'OUT_OF_RANGE settings.exploration_share')
  assert.equal(await refusal({ settings: { sessionWeight: Number.NaN } }), 'OUT_OF_RANGE settings.session_weight')
  assert.equal(await refusal({ settings: { weights: { long_viev: 1 } } }), 'WEIGHTS_WRONG settings.weights')
  assert.equal(await refusal({ settings: { weights: { like: 0 } } }), 'WEIGHTS_WRONG settings.weights')
  assert.equal(await refusal({ settings: { bestLevel: Level.LEVEL_POPULAR } }), 'OUT_OF_RANGE settings.best_level')
  assert.equal(await refusal({ request: { userid: '' } }), 'ID_MISSING userid')
  assert.equal(await refusal({ request: undefined }), 'ID_MISSING userid')
})

test('a try counts in no measure of the feed', async (t) => {
  const vireo = await withWatcher(t)
  const measures = async () => (await vireo.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('vireo_feed_'))
  await vireo.page('ada')
  const before = await measures()
  await tryFeed(vireo, { settings: { explorationShare: 1 } })
  await vireo.explain('ada', 'v1')
  assert.deepEqual(await measures(), before)
})

test('tries use the same memory again', async (t) => {
  const vireo = await withWatcher(t, { models })
  const feed = vireo.vireo.feedWith(feedSettings(vireo.config))
  const memory = () =>
    feed.preview(RecsRequest.fromPartial({ userid: 'ada' }), AbortSignal.timeout(patienceMs), ({ query }) => query.features)
  const first = await memory()
  assert.ok(first !== undefined)
  assert.equal(await memory(), first)
})

test('too many tries at once are told to come back, and hold up no feed', async (t) => {
  const vireo = await withWatcher(t)
  const tries = Array.from({ length: 10 }, () => tryFeed(vireo))
  const page = vireo.page('ada')
  const settled = await Promise.allSettled(tries)
  const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as { code: string; retryable: boolean }] : []))
  assert.deepEqual([refused.length, new Set(refused.map(({ code }) => code)).size], [6, 1])
  assert.deepEqual([refused[0]!.code, refused[0]!.retryable], ['OVERLOADED', true])
  assert.equal((await page).results.length, 10)
  assert.ok((await tryFeed(vireo)).trial!.page.length > 0, 'there is room again')
})

test('a person is told by what they did, said and were shown', async (t) => {
  const vireo = await withWatcher(t)
  const { results } = await vireo.page('ada', { requestId: 5n, resultPerPage: 3, context: { surface: 'friends' } })
  vireo.clock.pass({ minutes: 1 })
  const shown = results[0]!.videoId
  await vireo.did('ada', Type.Watch, shown, { watchMs: 1_000 })
  await vireo.did('ada', Type.Like, shown)
  await vireo.did('ada', Type.Follow, '', { creatorId: 'by-v9' })
  await vireo.did('ada', Type.NotInterested, '', { category: 'c2' })
  const person = await inspect(vireo, 'ada')
  const [last, ...before] = person.history
  assert.deepEqual([last!.video!.videoId, last!.watchMs, last!.surface], [shown, 1_000, 'friends'])
  // Watched, skipped, liked.
  assert.deepEqual(last!.outcomes, [1, 5, 6])
  assert.deepEqual(before.map(({ surface, video }) => [video!.videoId, surface]).sort(), [
    ['v0', ''],
    ['v3', ''],
  ])
  assert.deepEqual(
    person.marks.map(({ kind, latest, total }) => [kind, total, latest[0]!.id]),
    [
      [1, 1, 'by-v9'],
      [5, 1, 'c2'],
    ],
  )
  const liked = person.interests.find(({ category }) => category === 'c0')!
  assert.deepEqual([liked.watches, person.interests[0]!.category], [2, 'c0'])
  assert.deepEqual([person.session!.plays, person.session!.pages, person.session!.liked], [3, 1, 3])
  assert.equal(person.session!.watchMs, 41_000n)
  assert.deepEqual([person.known, person.seen, person.seenBefore], [true, 5, 0])
  const [page] = person.pages
  assert.deepEqual([page!.requestId, page!.surface], [5n, 'friends'])
  assert.deepEqual(
    page!.results.map(({ reason, source, video }) => [video!.videoId, source, reason]),
    results.map(({ reason, source, videoId }) => [videoId, source, reason]),
  )
})

test('somebody unknown has an empty answer and a feed of a newcomer', async (t) => {
  const vireo = await withWatcher(t)
  const { history, known, pages, seen, session } = await inspect(vireo, 'nobody')
  assert.deepEqual({ history, known, pages, seen, session }, { history: [], known: false, pages: [], seen: 0, session: undefined })
  assert.equal((await tryFeed(vireo, { request: { userid: 'nobody' } })).trial!.page.length, 10)
  assert.equal((await problemOf(inspect(vireo, ''))).code, 'ID_MISSING')
})

test('the page of a person shows the feed change with a setting, in the address and beside the feed as it is', async (t) => {
  const vireo = await withWatcher(t, { models })
  await vireo.page('ada', { requestId: 1n, resultPerPage: 3 })
  const { url } = await openDoors(t, vireo)
  const browser = await openBrowser(t)
  const { page, problems } = await openPage(browser, { viewport: { width: 1280, height: 900 } })
  const isAccessible = async () => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, [])
    // What the scheme changes.
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    assert.deepEqual((await new AxeBuilder({ page }).withRules('color-contrast').analyze()).violations, [])
  }
  const titles = (list: string) => page.getByRole('region', { name: list, exact: true }).locator('.title > a').allInnerTexts()

  await page.goto(`${url}/console/person`)
  await page.getByLabel('Person').fill('ada')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('heading', { level: 1, name: 'Person ada' }).waitFor()
  const { trial } = await tryFeed(vireo)
  await page.getByRole('region', { name: 'Now' }).waitFor()
  const now = trial!.page.map(({ title }) => title)
  assert.deepEqual(await titles('Now'), now)

  const turn = async (name: string | RegExp, value: string) => {
    const dial = page.getByRole('spinbutton', { name, exact: true })
    await dial.fill(value)
    await dial.press('Enter')
  }
  await turn('like', '3')
  await turn(/^Value/, '30')
  await page.getByText('VIREO_MODELS_VALUE_WEIGHT=30').waitFor()
  const settings = { weights: { long_view: 1, like: 3 }, valueWeight: 30 }
  const tried = (await tryFeed(vireo, { settings })).trial!.page.map(({ title }) => title)
  const list = page.getByRole('region', { name: 'With these settings' })
  await list.getByText(tried[0]!, { exact: true }).waitFor()
  await page.locator('.part[aria-busy="false"]').waitFor()
  assert.deepEqual([await titles('Now'), await titles('With these settings')], [now, tried])
  assert.equal(new URL(page.url()).search, '?weights=long_view%3A1%2Clike%3A3&valueWeight=30')
  await isAccessible()

  await page.reload()
  await list.getByText(tried[0]!, { exact: true }).waitFor()
  assert.deepEqual(await titles('With these settings'), tried)

  await page.getByRole('link', { name: 'Candidates' }).click()
  await page.getByText(`${trial!.candidates.length} of ${trial!.candidates.length} candidates`).waitFor()
  await page.getByRole('region', { name: 'What became of them' }).getByRole('button', { name: 'picked' }).click()
  await page.getByText(`10 of ${trial!.candidates.length} candidates`).waitFor()
  await isAccessible()

  await page.getByRole('link', { name: 'History and interests' }).click()
  await page.getByRole('cell', { name: 'Title of v3' }).first().waitFor()
  assert.equal(await page.getByRole('region', { name: 'History, the newest first' }).getByRole('row').count(), 3)
  await isAccessible()
  assert.deepEqual(problems, [])
})

test('the lake knows the surfaces of what is on none of the last pages', async (t) => {
  const vireo = await withWatcher(t, { lake: { enabled: true } })
  await vireo.did('ada', Type.Like, 'v3', { surface: 'search' })
  await vireo.did('ben', Type.Like, 'v0', { surface: 'profile' })
  await vireo.vireo.lake!.drain(AbortSignal.timeout(patienceMs))
  const surfaces = async (fromLake: boolean) => {
    const { history, surfacesProblem } = await inspect(vireo, 'ada', fromLake)
    assert.equal(surfacesProblem, '')
    return Object.fromEntries(history.map(({ surface, video }) => [video!.videoId, surface]))
  }
  assert.deepEqual(await surfaces(false), { v0: '', v3: '' })
  assert.deepEqual(await surfaces(true), { v0: '', v3: 'search' })
})
