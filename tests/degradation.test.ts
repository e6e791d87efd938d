import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { CoWatch } from '../server/src/co-watch/co-watch.ts'
import { Charts } from '../server/src/counters/charts.ts'
import { VideoCounters } from '../server/src/counters/video-counters.ts'
import { BucketFlow } from '../server/src/exploration/bucket-flow.ts'
import { Level } from '../server/src/generated/vireo/v1/feed.ts'
import { PersonState } from '../server/src/people/person-state.ts'
import { Runner } from '../server/src/pipeline/runner.ts'
import { inPlaceOf } from './in-place-of.ts'
import { idsOf, problemOf, Type, VideoState, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

/** Puts something that fails in the place of a part's method, for as long as the test runs. */
function breaks<Part, Name extends keyof Part>(t: TestContext, part: Part, name: Name, broken: Part[Name]): void {
  const replaced = inPlaceOf(part, name, broken)
  t.after(() => replaced[Symbol.dispose]())
}

const fails = (): never => {
  throw new Error('broken for a test')
}

/** Makes every source fail: the lists that they look into can only be gone through from the beginning. */
function breakSources(t: TestContext): void {
  breaks(t, BucketFlow.prototype, 'draw', fails)
  const refresh = Charts.prototype.refresh
  breaks(t, Charts.prototype, 'refresh', function (this: Charts) {
    refresh.call(this)
    const { popular } = this
    const broken = new Proxy(popular, { get: (list, name) => (name === Symbol.iterator ? list.values.bind(list) : fails()) })
    Object.assign(this, { popular: broken, trending: broken })
    for (const name of ['fresh', 'byCategory']) Object.defineProperty(this, name, { get: fails })
    this.refresh = () => undefined
  })
}

async function fillLog(vireo: VireoForTests): Promise<void> {
  const { eventLog } = vireo.vireo
  // A topic's last page may have room for little things.
  for (const topic of ['control', 'events', 'served', 'catalog'] as const) {
    for (let bytes = 2 ** 20; bytes >= 64; ) {
      const value = new Uint8Array(bytes)
      await eventLog.append([{ topic, key: 'ballast', timeMs: 0, value }]).catch(() => {
        bytes /= 4
      })
    }
  }
}

test('a source that fails is left out, named, and logged with the page', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(60))
  await vireo.did('ada', Type.Watch, 'v1', { watchMs: 20_000 })
  breaks(t, CoWatch.prototype, 'findSimilar', fails)
  const page = await vireo.page('ada', { requestId: 5n })
  assert.equal(page.results.length, 10)
  assert.deepEqual([page.level, page.degraded], [Level.LEVEL_FULL, ['more_like_this']])
  assert.deepEqual((await vireo.slates())[0]!.degraded, ['more_like_this'])
  assert.deepEqual(await vireo.page('ada', { requestId: 5n }), page, 'a retry says the same')
})

test('without a value score the page says that nothing ranked it', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(60))
  breaks(t, VideoCounters.prototype, 'playsToday', fails)
  const page = await vireo.page('ada')
  assert.equal(page.results.length, 10)
  assert.deepEqual([page.level, page.degraded], [Level.LEVEL_NO_RANKING, ['plain_score']])
})

test('with all sources gone the answer is popular videos from memory, and nothing is shown twice meanwhile', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(60))
  breakSources(t)
  const [one, other] = [await vireo.page('ada'), await vireo.page('ada')]
  for (const { degraded, level, results } of [one, other]) {
    assert.deepEqual([level, degraded, results.length], [Level.LEVEL_POPULAR, ['for_you'], 10])
  }
  assert.equal(new Set([...idsOf(one), ...idsOf(other)]).size, 20)
})

test('when the feed itself fails, popular videos from memory are shown: level popular, no tokens, nothing twice', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(25))
  const before = await vireo.feed('ada', 5)
  breaks(t, PersonState.prototype, 'releasedS', fails)
  const [one, other] = [await vireo.page('ada'), await vireo.page('ada')]
  for (const page of [one, other]) {
    assert.deepEqual([page.level, page.degraded, page.results.length], [Level.LEVEL_POPULAR, ['for_you'], 10])
    assert.ok(page.results.every(({ reason, tracking }) => tracking === '' && reason === 'Popular this week'))
  }
  assert.equal(new Set([...before, ...idsOf(one), ...idsOf(other)]).size, 25)
  const failed = { code: 'NO_VIDEOS', field: undefined, retryable: true }
  for (const allowEmpty of [false, true]) assert.deepEqual(await problemOf(vireo.page('ada', { allowEmpty })), failed)
})

test('also the last resort shows nothing that a filter would remove', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(
    'fine',
    { videoId: 'adult', ageRating: 18 },
    { videoId: 'elsewhere', countries: ['BR'] },
    { videoId: 'foreign', language: 'pt' },
    { videoId: 'own', creatorId: 'ada' },
    { videoId: 'blocked', creatorId: 'x' },
    { videoId: 'unwanted' },
    { videoId: 'down' },
    { videoId: 'shown' },
  )
  await vireo.did('ada', Type.BlockCreator, '', { creatorId: 'x' })
  await vireo.did('ada', Type.NotInterested, 'unwanted')
  await vireo.changeState('down', VideoState.VIDEO_STATE_TAKEN_DOWN)
  await vireo.feed('bob', 50)
  breaks(t, Runner.prototype, 'run', fails)
  const page = await vireo.page('ada', { context: { language: 'en', country: 'DE', shownVideoIds: ['shown'] } })
  assert.equal(page.level, Level.LEVEL_POPULAR)
  assert.deepEqual(idsOf(page), ['fine'])
})

test('without any video the answer is an error that says so, or an empty page for who can show one', async (t) => {
  const vireo = await vireoForTests(t)
  assert.deepEqual(await problemOf(vireo.page('ada')), { code: 'NO_VIDEOS', field: undefined, retryable: true })
  assert.deepEqual(idsOf(await vireo.page('ada', { allowEmpty: true })), [])
  await vireo.put({ videoId: 'a', state: VideoState.VIDEO_STATE_PENDING })
  assert.deepEqual(await problemOf(vireo.page('ada', { requestId: 3n })), { code: 'NO_VIDEOS', field: undefined, retryable: true })
  await vireo.put('b')
  vireo.clock.pass({ seconds: 2 })
  assert.deepEqual(await vireo.feed('ada', 10, { requestId: 3n }), ['b'])
})

test('more requests than are worked on at the same time are told to come back', async (t) => {
  const vireo = await vireoForTests(t, { config: { feed: { maxInFlight: 4 } } })
  await vireo.put(...videoIds(60))
  const calls = Array.from({ length: 6 }, (_, n) => vireo.page(`p${n}`))
  for (const call of calls.slice(4)) assert.deepEqual(await problemOf(call), { code: 'OVERLOADED', field: undefined, retryable: true })
  for (const call of calls.slice(0, 4)) assert.equal((await call).results.length, 10)
  assert.equal((await vireo.page('p5')).results.length, 10)
})

test('with a full log, events are refused and may be sent again; feeds go on without tokens and show nothing twice', async (t) => {
  const vireo = await vireoForTests(t, { config: { log: { maxMb: 16 } } })
  await vireo.put(...videoIds(60))
  const before = await vireo.feed('ada')
  await fillLog(vireo)
  const event = vireo.event('ada', Type.Like, before[0]!, { eventId: 'one' })
  assert.deepEqual(await problemOf(vireo.send(event)), { code: 'LOG_FULL', field: undefined, retryable: true })
  assert.deepEqual(await problemOf(vireo.send(event)), { code: 'LOG_FULL', field: undefined, retryable: true })
  assert.deepEqual(await problemOf(vireo.put('more')), { code: 'LOG_FULL', field: undefined, retryable: true })
  const pages = [await vireo.page('ada'), await vireo.page('ada'), await vireo.page('ada')]
  for (const page of pages) {
    assert.deepEqual([page.results.length, page.degraded], [10, ['served_slate']])
    assert.ok(page.results.every(({ tracking }) => tracking === ''))
  }
  assert.equal(new Set([...before, ...pages.flatMap(idsOf)]).size, 40)

  const { eventLog } = vireo.vireo
  const end = (await eventLog.extents()).find(({ topic }) => topic === 'control')!.end
  await eventLog.retain({ topic: 'control', partition: 0, offset: end })
  assert.deepEqual(await vireo.send(event), { accepted: 1, duplicates: 0, refused: [] })
  const after = await vireo.page('ada')
  assert.ok(after.results.length === 10 && after.results.every(({ tracking }) => tracking !== ''))
  assert.equal(new Set([...before, ...pages.flatMap(idsOf), ...idsOf(after)]).size, 50)
})

test('a page that can not be written in time leaves without tokens, and nothing is shown twice', async (t) => {
  const vireo = await vireoForTests(t, { config: { feed: { deadlineMs: 20 } } })
  await vireo.put(...videoIds(60))
  const append = vireo.vireo.eventLog.append.bind(vireo.vireo.eventLog)
  const held: (() => void)[] = []
  breaks(t, vireo.vireo.eventLog, 'append', async (records) => {
    await new Promise<void>((resolve) => held.push(resolve))
    return append(records)
  })
  const [one, other] = [await vireo.page('ada', { requestId: 1n }), await vireo.page('ada', { requestId: 2n })]
  for (const { degraded, results } of [one, other]) {
    assert.deepEqual([results.length, degraded], [10, ['served_slate']])
    assert.ok(results.every(({ tracking }) => tracking === ''))
  }
  for (const go of held) go()
  delete (vireo.vireo.eventLog as { append?: unknown }).append
  const later = await vireo.page('ada', { requestId: 3n })
  assert.equal(new Set([one, other, later].flatMap(idsOf)).size, 30)
})

test('what is trending comes from the newest window that says something, and else from what was ever liked', async (t) => {
  const vireo = await vireoForTests(t, { config: { feed: { explorationShare: 0 } } })
  await vireo.put(...videoIds(120).map((videoId) => ({ videoId, lengthMs: 9_000 })))
  const bestOf = async (person: string) => {
    vireo.clock.pass({ seconds: 2 })
    const { results } = await vireo.page(person, { resultPerPage: 50 })
    return results.filter(({ source }) => source === 'trending').map(({ videoId }) => Number(videoId.slice(1)))
  }
  for (let n = 0; n < 60; n++) await vireo.did(`old${n}`, Type.Watch, `v${n}`, { watchMs: 9_000 })
  vireo.clock.pass({ days: 10 })
  const ever = await bestOf('a')
  assert.ok(ever.length > 20 && ever.every((n) => n < 60), `ever: ${ever}`)
  for (let n = 60; n < 115; n++) await vireo.did(`new${n}`, Type.Watch, `v${n}`, { watchMs: 9_000 })
  vireo.clock.pass({ hours: 5 })
  for (let n = 115; n < 118; n++) await vireo.did(`new${n}`, Type.Watch, `v${n}`, { watchMs: 9_000 })
  const today = await bestOf('b')
  assert.ok(today.length > 20 && today.every((n) => n >= 60 && n < 118), `today: ${today}`)
})
