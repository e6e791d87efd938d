import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idsOf, Type, VideoState, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const context = (more: object) => ({ context: { surface: '', device: '', language: '', country: '', timeZone: '', ...more } })

test('a new page continues the feed, and nothing is shown twice until everything was', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(95))
  const shown: string[] = []
  for (let page = 0; page < 11; page++) shown.push(...(await vireo.feed('ada', 10, { requestId: 5n, pageNumber: page })))
  assert.deepEqual(shown.toSorted(), videoIds(95).toSorted())
})

test('nothing is shown twice across sessions and restarts', async (t) => {
  let vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const shown: string[] = []
  for (let day = 0; day < 5; day++) {
    shown.push(...(await vireo.feed('ada')))
    vireo.clock.pass({ hours: 20 })
    shown.push(...(await vireo.feed('ada')))
    vireo = day % 2 === 0 ? await vireo.restarted() : await vireo.afterCrash()
    vireo.clock.pass({ seconds: 1 })
  }
  assert.equal(shown.length, 100)
  assert.deepEqual(shown.toSorted(), videoIds(100).toSorted())
})

test('pages that are asked for at the same time show nothing twice', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(300))
  const pages = await Promise.all(
    Array.from({ length: 6 }, (_, page) => vireo.feed('ada', 10, { requestId: BigInt(1 + (page % 3)), pageNumber: page })),
  )
  const shown = pages.flat()
  assert.equal(shown.length, 60)
  assert.equal(new Set(shown).size, 60)
})

test('a swipe within a second still counts as seen', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(40))
  await vireo.did('ada', Type.Watch, 'v3', { watchMs: 400 })
  assert.ok(!(await vireo.feed('ada', 50)).includes('v3'))
})

test('the page number does not skip', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(30))
  const far = await vireo.feed('ada', 10, { requestId: 9n, pageNumber: 1_000_000 })
  const near = await vireo.feed('ada', 10, { requestId: 9n, pageNumber: 2 })
  const next = await vireo.feed('ada', 10, { requestId: 9n, pageNumber: 3 })
  assert.deepEqual([...far, ...near, ...next].toSorted(), videoIds(30).toSorted())
})

test('the same person, request and page is a retry and gives the same page, tokens and all', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const first = await vireo.page('ada', { requestId: 7n, pageNumber: 1 })
  vireo.clock.pass({ minutes: 9 })
  await vireo.did('ada', Type.Like, first.results[0]!.videoId)
  assert.deepEqual(await vireo.page('ada', { requestId: 7n, pageNumber: 1 }), first)
  for (const other of [
    vireo.feed('bob', 10, { requestId: 7n, pageNumber: 1 }),
    vireo.feed('ada', 10, { requestId: 8n, pageNumber: 1 }),
    vireo.feed('ada', 10, { requestId: 7n, pageNumber: 0 }),
  ]) {
    assert.notDeepEqual(await other, idsOf(first))
  }
  assert.equal((await vireo.slates()).length, 4)
})

test('a retry comes without what has been removed since', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const first = await vireo.feed('ada', 10, { requestId: 7n })
  await vireo.changeState(first[2]!, VideoState.VIDEO_STATE_TAKEN_DOWN)
  await vireo.changeState(first[5]!, VideoState.VIDEO_STATE_REMOVED)
  assert.deepEqual(
    await vireo.feed('ada', 10, { requestId: 7n }),
    first.filter((_, at) => at !== 2 && at !== 5),
  )
})

test('a retry gives the same page after a crash', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const first = await vireo.page('ada', { requestId: 7n })
  assert.deepEqual(await (await vireo.afterCrash()).page('ada', { requestId: 7n }), first)
  assert.deepEqual(await (await vireo.afterCrash({ onlyLog: true })).page('ada', { requestId: 7n }), first)
})

test('a page is kept for 10 minutes', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const first = await vireo.feed('ada', 10, { requestId: 7n })
  vireo.clock.pass({ minutes: 10 })
  assert.deepEqual(await vireo.feed('ada', 10, { requestId: 7n }), first)
  vireo.clock.pass({ seconds: 1 })
  const later = await vireo.feed('ada', 10, { requestId: 7n })
  assert.ok(later.length === 10 && later.every((id) => !first.includes(id)))
})

test('the last 20 pages of a person are kept', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const pages: string[][] = []
  for (let page = 0; page < 21; page++) pages.push(await vireo.feed('ada', 2, { requestId: 7n, pageNumber: page }))
  await vireo.feed('bob', 2, { requestId: 7n, pageNumber: 1 })
  assert.deepEqual(await vireo.feed('ada', 2, { requestId: 7n, pageNumber: 1 }), pages[1])
  assert.notDeepEqual(await vireo.feed('ada', 2, { requestId: 7n, pageNumber: 0 }), pages[0])
})

test('retries that run at the same time wait for one computation', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const pages = await Promise.all(Array.from({ length: 50 }, () => vireo.page('ada', { requestId: 7n })))
  for (const page of pages) assert.deepEqual(page, pages[0])
  assert.equal((await vireo.slates()).length, 1)
})

test('a retry gets its page though the caller before it has gone', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const caller = new AbortController()
  const request = { userid: 'ada', pageNumber: 0, resultPerPage: 10, requestId: 7n, context: undefined, allowEmpty: false }
  const gone = vireo.vireo.services.feed.getVideos(request, caller.signal)
  const retry = vireo.page('ada', { requestId: 7n })
  caller.abort()
  await gone.catch(() => undefined)
  const page = await retry
  assert.equal(page.results.length, 10)
  assert.deepEqual(await vireo.page('ada', { requestId: 7n }), page)
})

test('request 0 asks for a fresh one, whose id comes back and can be retried', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(100))
  const [first, second] = await Promise.all([vireo.page('ada'), vireo.page('ada')])
  assert.ok(first.requestId > 0n && second.requestId > 0n && first.requestId !== second.requestId)
  assert.ok(idsOf(second).every((id) => !idsOf(first).includes(id)))
  assert.deepEqual(await vireo.page('ada', { requestId: first.requestId }), first)
})

test('a page knows what was done on the page before', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(60).map((videoId, n) => ({ videoId, creatorId: `c${n % 3}` })))
  const before = await vireo.page('ada', { resultPerPage: 5 })
  const blocked = before.results[0]!
  await vireo.did('ada', Type.BlockCreator, blocked.videoId, { tracking: blocked.tracking })
  const next = await vireo.page('ada', { resultPerPage: 50 })
  assert.ok(next.results.length > 20)
  assert.ok(next.results.every(({ creatorId }) => creatorId !== blocked.creatorId))
})

test('what the client has shown and not yet reported counts as shown', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(30))
  const page = await vireo.feed('ada', 50, context({ shownVideoIds: ['v1', 'v7', 'not in the catalogue'] }))
  assert.deepEqual(
    page.toSorted(),
    videoIds(30)
      .filter((id) => id !== 'v1' && id !== 'v7')
      .toSorted(),
  )
})

test('what was served and never displayed comes back in a later session, an hour later, for clients that report impressions', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(10))
  const page = await vireo.feed('ada')
  for (const id of page.slice(0, 4)) await vireo.did('ada', Type.Impression, id)
  vireo.clock.pass({ minutes: 59 })
  assert.deepEqual(await vireo.feed('ada'), [], 'a later session, but within the hour')
  vireo.clock.pass({ minutes: 1, seconds: 1 })
  assert.deepEqual((await vireo.feed('ada')).toSorted(), page.slice(4).toSorted())
  assert.deepEqual(await vireo.feed('ada'), [], 'served again, so seen again')
})

test('what was served stays seen while the session goes on, however long', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(10))
  const page = await vireo.feed('ada')
  for (let minutes = 0; minutes < 180; minutes += 20) {
    await vireo.did('ada', Type.Impression, page[0]!)
    await vireo.did('ada', Type.Watch, page[0]!, { watchMs: 500 })
    vireo.clock.pass({ minutes: 20 })
  }
  assert.deepEqual(await vireo.feed('ada'), [])
})

test('what was served counts as shown for ever for clients that report no impressions', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(10))
  const page = await vireo.feed('ada')
  await vireo.did('ada', Type.Watch, page[0]!, { watchMs: 9_000 })
  vireo.clock.pass({ days: 60 })
  assert.deepEqual(await vireo.feed('ada'), [])
})

test('whoever has seen everything gets an empty page, which is written nowhere and not kept', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('v0')
  await vireo.feed('ada', 10, { requestId: 1n })
  const empty = await vireo.page('ada', { requestId: 2n })
  assert.deepEqual([empty.results, empty.degraded], [[], []])
  assert.equal((await vireo.slates()).length, 1)
  await vireo.put('v1')
  vireo.clock.pass({ seconds: 1 })
  assert.deepEqual(await vireo.feed('ada', 10, { requestId: 2n }), ['v1'])
})

test('the same state gives the same feed, bit for bit', async (t) => {
  const pageOf = async (): Promise<[object, VireoForTests]> => {
    const vireo = await vireoForTests(t)
    await vireo.put(...videoIds(200).map((videoId, n) => ({ videoId, categories: [{ name: `k${n % 7}`, confidence: 1, source: '' }] })))
    for (let n = 0; n < 60; n++) {
      const watchMs = 1_000 * (n % 30)
      await vireo.did(`p${n % 5}`, Type.Watch, `v${(n * 7) % 50}`, { watchMs, eventId: `e${n}` })
    }
    vireo.clock.pass({ minutes: 5 })
    const slates: object[] = []
    for (let person = 0; person < 8; person++) await vireo.page(`p${person}`, { requestId: 3n, resultPerPage: 20 })
    slates.push(...(await vireo.slates()))
    return [slates, vireo]
  }
  const [[one], [other]] = [await pageOf(), await pageOf()]
  assert.deepEqual(one, other)
})
