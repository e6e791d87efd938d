import assert from 'node:assert/strict'
import { test } from 'node:test'
import { videoIds } from '../../tests/vireo-for-tests.ts'
import { feedArm, type Page } from '../src/main.ts'
import { clientForTests, Network, serverForTests } from './server-for-tests.ts'

const idsOf = (page: Page) => page.results.map(({ videoId }) => videoId)

test('each call continues the feed, and a result says all that a player needs', async (t) => {
  const { url } = await serverForTests(t)
  const vireo = clientForTests(t, { url })
  const pages = [await vireo.feed({ count: 15 }), await vireo.feed({ count: 15 })]
  assert.deepEqual(pages.flatMap(idsOf).toSorted(), videoIds(30).toSorted())
  const { results, requestId, ...page } = pages[1]!
  assert.deepEqual(page, { pageNumber: 1, level: 'full', levelReason: '', degraded: [], freePlaces: [], arm: 'default' })
  assert.equal(requestId, pages[0]!.requestId)
  const { videoId, tracking, reason, source, ...result } = results[0]!
  assert.ok(tracking && reason && source)
  assert.deepEqual(result, {
    videoUrl: `https://v.example/${videoId}`,
    videoTitle: `Title of ${videoId}`,
    videoStats: '0 watches',
    creatorId: `by-${videoId}`,
    thumbnailUrl: '',
    lengthMs: 3_000,
    categories: ['dogs', 'cats'],
  })
})

test('a page whose answer was lost is asked for by the same name, and no video is skipped', async (t) => {
  const { url } = await serverForTests(t)
  const network = new Network()
  const vireo = clientForTests(t, { url, fetch: network.fetch })
  const shown: string[] = []
  for (let page = 0; page < 3; page++) {
    network.lostAnswers = 2
    shown.push(...idsOf(await vireo.feed({ count: 10 })))
  }
  assert.deepEqual(shown.toSorted(), videoIds(30).toSorted())
  const names = network.calls.map(({ body }) => `${body.requestId} ${body.pageNumber}`)
  assert.equal(names.length, 9)
  assert.equal(new Set(names).size, 3)
})

test('a page that failed or was given up is the next one given', async (t) => {
  const { url } = await serverForTests(t)
  const network = new Network()
  const vireo = clientForTests(t, { url, fetch: network.fetch, attempts: 1 })
  network.lostAnswers = 1
  await assert.rejects(vireo.feed({ count: 10 }), { code: 'SERVER_UNREACHABLE', retryable: true })
  await assert.rejects(vireo.feed({ count: 10, signal: AbortSignal.abort('gone') }), (reason) => reason === 'gone')
  // A rejection that nobody has taken would show by then.
  await new Promise((resolve) => setTimeout(resolve, 1))
  const pages = [await vireo.feed({ count: 10 }), await vireo.feed({ count: 10 }), await vireo.feed({ count: 10 })]
  assert.deepEqual(
    pages.map(({ pageNumber }) => pageNumber),
    [0, 1, 2],
  )
  assert.deepEqual(pages.flatMap(idsOf).toSorted(), videoIds(30).toSorted())
})

test('what the person did goes ahead of the next page', async (t) => {
  const { url } = await serverForTests(t)
  const vireo = clientForTests(t, { url, batchMs: 60_000 })
  for (const creator of videoIds(10)) vireo.track('BlockCreator', { creatorId: `by-${creator}` })
  const page = await vireo.feed({ count: 30 })
  assert.deepEqual(idsOf(page).toSorted(), videoIds(30).slice(10).toSorted())
})

test('what was shown and could not be reported counts as shown', async (t) => {
  const { url } = await serverForTests(t)
  const network = new Network()
  const eventsFail: typeof fetch = async (...call) => {
    if (String(call[0]).endsWith('/v1/events')) throw new TypeError('No')
    return network.fetch(...call)
  }
  const vireo = clientForTests(t, { url, fetch: eventsFail })
  for (const videoId of videoIds(12)) vireo.track('Impression', { videoId })
  vireo.track('Like', { videoId: 'v20' })
  const page = await vireo.feed({ count: 30 })
  assert.deepEqual(network.calls[0]!.body.context.shownVideoIds, videoIds(12))
  assert.deepEqual(idsOf(page).toSorted(), videoIds(30).slice(12).toSorted())
})

test('a page that was fetched ahead is there when it is asked for, and is not lost on who gives up waiting', async (t) => {
  const { url } = await serverForTests(t)
  const network = new Network()
  const vireo = clientForTests(t, { url, fetch: network.fetch })
  vireo.prefetch({ count: 10 })
  await assert.rejects(vireo.feed({ signal: AbortSignal.abort('gone') }), (reason) => reason === 'gone')
  const first = await vireo.feed()
  assert.deepEqual([first.pageNumber, first.results.length, network.calls.length], [0, 10, 1])
  const [second, third] = await Promise.all([vireo.feed({ count: 10 }), vireo.feed({ count: 10 })])
  assert.deepEqual([first, second, third].flatMap(idsOf).toSorted(), videoIds(30).toSorted())
})

test('a refusal says why, and is not tried again', async (t) => {
  const { url } = await serverForTests(t)
  const network = new Network()
  const vireo = clientForTests(t, { url, fetch: network.fetch })
  const expected = { name: 'VireoError', code: 'COUNT_OUT_OF_RANGE', field: 'result_per_page', status: 400, retryable: false }
  await assert.rejects(vireo.feed({ count: 51 }), expected)
  assert.equal(network.calls.length, 1)
  assert.throws(() => clientForTests(t, { url, userid: '' }).prefetch(), /There is no userid/)
})

test('a server that asks for a pause gets it; one that hangs is given up', async (t) => {
  const answers = [
    () => Response.json({ error: { code: 'OVERLOADED', retryable: true } }, { status: 503, headers: { 'retry-after': '1' } }),
    () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
    () => Response.json({ results: [{ videoId: 'a' }], level: 'LEVEL_POPULAR' }),
  ]
  const startedMs = performance.now()
  const page = await clientForTests(t, { fetch: async () => answers.shift()!() }).feed()
  assert.ok(performance.now() - startedMs >= 1_000)
  assert.deepEqual([page.level, idsOf(page), page.results[0]!.categories], ['popular', ['a'], []])
  const hangs: typeof fetch = (_, init) =>
    new Promise((_, reject) => init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason)))
  const hung = clientForTests(t, { fetch: hangs, attempts: 2, timeoutMs: 20 })
  await assert.rejects(hung.feed(), { code: 'DEADLINE_EXCEEDED', retryable: true })
})

test('the arm of the last page is a flag in the words of OpenFeature', async (t) => {
  const arms = ['default', 'calm']
  const vireo = clientForTests(t, { fetch: async () => Response.json({ arm: arms.shift() }) })
  const { errorCode, ...details } = vireo.flags.getStringDetails(feedArm, 'none')
  assert.deepEqual([details.value, details.reason, errorCode], ['none', 'ERROR', 'PROVIDER_NOT_READY'])
  await vireo.feed()
  assert.equal(vireo.flags.getStringDetails(feedArm, 'none').reason, 'DEFAULT')
  await vireo.feed()
  const expected = { flagKey: feedArm, value: 'calm', variant: 'calm', reason: 'SPLIT', flagMetadata: {} }
  assert.deepEqual(vireo.flags.getStringDetails(feedArm, 'none'), expected)
  assert.equal(vireo.flags.getStringValue('other', 'none'), 'none')
})
