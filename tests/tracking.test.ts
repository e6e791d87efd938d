import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type, videoIds, vireoForTests } from './vireo-for-tests.ts'

test('an event that brings its token back is joined with slate, position and surface', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(30))
  const page = await vireo.page('ada', { context: { surface: 'home-tab' } })
  const { tracking, videoId } = page.results[4]!
  vireo.clock.pass({ minutes: 1 })
  await vireo.did('ada', Type.Like, videoId, { tracking, surface: 'what the client says' })
  const [slate] = await vireo.slates()
  const [{ slateId, position, surface, servedHour }] = (await vireo.events()) as [Awaited<ReturnType<typeof vireo.events>>[number]]
  assert.deepEqual(
    { slateId, position, surface, servedHour },
    { slateId: slate!.slateId, position: 4, surface: 'home-tab', servedHour: Math.floor(slate!.timeMs / 3_600_000) },
  )
  assert.equal(slate!.items[position!]!.videoId, videoId)
})

test('a token is good for nobody else and for nothing else, and can not be changed', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(30))
  const [one, other] = (await vireo.page('ada')).results
  const token = one!.tracking
  const forged = [
    vireo.event('bob', Type.Like, one!.videoId, { tracking: token }),
    vireo.event('ada', Type.Like, other!.videoId, { tracking: token }),
    vireo.event('ada', Type.Like, one!.videoId, { tracking: token.replace('.0.', '.1.') }),
    vireo.event('ada', Type.Like, one!.videoId, { tracking: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` }),
    vireo.event('ada', Type.Like, one!.videoId, { tracking: 'nonsense' }),
    vireo.event('ada', Type.Like, one!.videoId, { tracking: '....' }),
  ]
  const { accepted, refused } = await vireo.send(...forged)
  assert.equal(accepted, 0)
  assert.deepEqual(
    refused.map(({ index, code, field, retryable }) => ({ index, code, field, retryable })),
    forged.map((_, index) => ({ index, code: 'TOKEN_INVALID', field: 'tracking', retryable: false })),
  )
})

test('an expired token counts for the state and carries no slate', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(30))
  const { tracking, videoId } = (await vireo.page('ada')).results[0]!
  vireo.clock.pass({ hours: 72 })
  await vireo.did('ada', Type.Watch, videoId, { tracking, watchMs: 20_000 })
  vireo.clock.pass({ hours: 3 })
  await vireo.did('ada', Type.Like, videoId, { tracking })
  const [inTime, late] = await vireo.events()
  assert.ok(inTime!.slateId !== '')
  assert.deepEqual([late!.slateId, late!.position, late!.servedHour], ['', undefined, undefined])
  assert.equal((await vireo.stats(videoId)).likeCount, 1)
})

test('events without a token are accepted and count for the state', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(3))
  await vireo.did('ada', Type.Watch, 'v1', { watchMs: 12_000, surface: 'search' })
  const [event] = await vireo.events()
  assert.deepEqual([event!.slateId, event!.surface], ['', 'search'])
  assert.equal((await vireo.stats('v1')).watchCount, 1)
  assert.deepEqual((await vireo.feed('ada')).toSorted(), ['v0', 'v2'])
})

test('tokens outlive a restart', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(3))
  const { tracking, videoId } = (await vireo.page('ada')).results[0]!
  const after = await vireo.restarted()
  await after.did('ada', Type.Like, videoId, { tracking })
  assert.notEqual((await after.events())[0]!.slateId, '')
})

test('the record of an event stands for itself: it holds what was known of the video then', async (t) => {
  const vireo = await vireoForTests(t)
  const categories = [
    { name: 'cats', confidence: 0.5, source: '' },
    { name: 'food', confidence: 0.9, source: '' },
  ]
  await vireo.put({ videoId: 'v', creatorId: 'cleo', lengthMs: 30_000, audioId: 'song', categories })
  await vireo.did('ada', Type.Watch, 'v', { watchMs: 5_000 })
  await vireo.put({ videoId: 'v', creatorId: 'cleo', lengthMs: 10_000 })
  const [event] = await vireo.events()
  assert.deepEqual([event!.creatorId, event!.lengthMs, event!.audioId, event!.categories], ['cleo', 30_000, 'song', ['food', 'cats']])
})

test('a watch is one event a play: long view from min(length, 18 s), finish from the length, neither where it is unknown', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put({ videoId: 'short', lengthMs: 7_000 }, { videoId: 'long', lengthMs: 60_000 }, 'unknown')
  const plays: [string, number][] = [
    ['short', 6_999],
    ['short', 7_000],
    ['long', 17_999],
    ['long', 18_000],
    ['long', 59_999],
    ['long', 60_000],
    ['unknown', 60_000],
  ]
  for (const [n, [videoId, watchMs]] of plays.entries()) await vireo.did('ada', Type.Watch, videoId, { watchMs, eventId: `play ${n}` })
  const totals = async (id: string) => {
    const { finishCount, watchCount } = await vireo.stats(id)
    return { finishCount, watchCount }
  }
  assert.deepEqual(await totals('short'), { finishCount: 1, watchCount: 0 })
  assert.deepEqual(await totals('long'), { finishCount: 1, watchCount: 4 })
  assert.deepEqual(await totals('unknown'), { finishCount: 0, watchCount: 1 })
})
