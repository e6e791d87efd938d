import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Video } from '../server/src/generated/vireo/v1/catalog.ts'
import { Type, VideoState, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const category = (name: string) => [{ name, confidence: 1, source: '' }]
const context = (more: object) => ({ context: { ...more } })

/** Twenty videos that anybody may see, and what is under test. */
async function withVideos(t: Parameters<typeof vireoForTests>[0], ...videos: readonly Partial<Video>[]): Promise<VireoForTests> {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(20, 'plain'), ...videos)
  return vireo
}

/** Which of the videos under test the person would be shown; the plain ones are always shown to somebody new. */
async function shown(vireo: VireoForTests, person: string, more: object = {}): Promise<string[]> {
  const page = await vireo.feed(person, 50, more)
  return page.filter((id) => !id.startsWith('plain')).toSorted()
}

test('what was seen is removed, and explain says so', async (t) => {
  const vireo = await withVideos(t, { videoId: 'a' }, { videoId: 'b' })
  await vireo.did('ada', Type.Impression, 'a')
  assert.match((await vireo.explain('ada', 'a')).verdict, /already_seen/)
  assert.deepEqual(await shown(vireo, 'ada'), ['b'])
})

test('what is not cleared is removed', async (t) => {
  const vireo = await withVideos(t, { videoId: 'a', state: VideoState.VIDEO_STATE_PENDING }, { videoId: 'b' })
  assert.match((await vireo.explain('ada', 'a')).verdict, /not_cleared/)
  assert.deepEqual(await shown(vireo, 'ada'), ['b'])
})

test('own videos are removed', async (t) => {
  const vireo = await withVideos(t, { videoId: 'a', creatorId: 'ada' }, { videoId: 'b', creatorId: 'bob' })
  assert.match((await vireo.explain('ada', 'a')).verdict, /own_videos/)
  assert.deepEqual(await shown(vireo, 'ada'), ['b'])
  assert.deepEqual(await shown(vireo, 'bob'), ['a'])
})

test('videos of blocked creators are removed, whether the block named the creator or a video', async (t) => {
  const vireo = await withVideos(t, { videoId: 'a', creatorId: 'x' }, { videoId: 'b', creatorId: 'y' }, { videoId: 'c', creatorId: 'z' })
  await vireo.did('ada', Type.BlockCreator, '', { creatorId: 'x' })
  await vireo.did('bob', Type.BlockCreator, 'b')
  assert.match((await vireo.explain('ada', 'a')).verdict, /blocked_creators/)
  assert.deepEqual(await shown(vireo, 'ada'), ['b', 'c'])
  await vireo.put({ videoId: 'later', creatorId: 'y' })
  assert.deepEqual(await shown(vireo, 'bob'), ['a', 'c'])
})

test('what somebody is not interested in is removed: a video, a creator, a category', async (t) => {
  const vireo = await withVideos(
    t,
    { videoId: 'a', creatorId: 'x', categories: category('cats') },
    { videoId: 'b', creatorId: 'x', categories: [...category('food'), ...category('cats')] },
    { videoId: 'c', creatorId: 'y', categories: category('food') },
  )
  await vireo.did('video', Type.NotInterested, 'a')
  await vireo.did('creator', Type.NotInterested, '', { creatorId: 'x' })
  await vireo.did('category', Type.NotInterested, '', { category: 'cats' })
  assert.match((await vireo.explain('category', 'b')).verdict, /not_interested/)
  assert.deepEqual(await shown(vireo, 'video'), ['b', 'c'])
  assert.deepEqual(await shown(vireo, 'creator'), ['c'])
  assert.deepEqual(await shown(vireo, 'category'), ['c'])
})

test('videos in another language than the one asked for are removed; those without suit everybody', async (t) => {
  const vireo = await withVideos(t, { videoId: 'pt', language: 'pt-BR' }, { videoId: 'en', language: 'en' })
  assert.deepEqual(await shown(vireo, 'ada', context({ language: 'pt' })), ['pt'])
  assert.deepEqual(await shown(vireo, 'bob', context({ language: 'EN-gb' })), ['en'])
  assert.deepEqual(await shown(vireo, 'cleo', context({ language: 'xx' })), [])
  assert.deepEqual(await shown(vireo, 'dora'), ['en', 'pt'])
})

test('videos that are limited to other countries are removed, all limited ones where no country is given', async (t) => {
  const vireo = await withVideos(t, { videoId: 'a', countries: ['DE', 'AT'] }, { videoId: 'b', countries: ['BR'] })
  assert.deepEqual(await shown(vireo, 'ada', context({ country: 'AT' })), ['a'])
  assert.deepEqual(await shown(vireo, 'bob', context({ country: 'BR' })), ['b'])
  assert.deepEqual(await shown(vireo, 'cleo'), [])
})

test('videos rated above the age are removed; without an age the configured one counts', async (t) => {
  const vireo = await withVideos(t, { videoId: 'a', ageRating: 18 }, { videoId: 'b', ageRating: 13 }, { videoId: 'c', ageRating: 14 })
  assert.deepEqual(await shown(vireo, 'ada', context({ age: 18 })), ['a', 'b', 'c'])
  assert.deepEqual(await shown(vireo, 'bob', context({ age: 12 })), [])
  assert.deepEqual(await shown(vireo, 'cleo'), ['b'])
})

test('the same content is shown once: on a page, and on the pages after', async (t) => {
  const contentUrl = 'https://v.example/same'
  const vireo = await withVideos(t, { videoId: 'a', contentUrl }, { videoId: 'b', contentUrl }, { videoId: 'c', contentUrl })
  assert.equal((await shown(vireo, 'ada')).length, 1)
  await vireo.put({ videoId: 'd', contentUrl }, { videoId: 'e' })
  assert.deepEqual(await shown(vireo, 'ada'), ['e'])
})

test('pages keep creators, sounds and categories apart, reaching into the page before', async (t) => {
  const vireo = await vireoForTests(t, { config: { feed: { explorationShare: 0 } } })
  await vireo.put(
    ...videoIds(80).map((videoId, n) => ({ videoId, creatorId: `c${n % 20}`, audioId: `a${n % 16}`, categories: category(`k${n % 4}`) })),
  )
  const pages: string[] = []
  for (let n = 0; n < 3; n++) {
    for (const [at, videoId] of (await vireo.feed('ada', 8)).entries()) {
      pages.push(videoId)
      await vireo.did('ada', Type.Watch, videoId, { watchMs: 1_000, evtTime: { seconds: BigInt(vireo.clock.ms / 1_000 + at), nanos: 0 } })
    }
    vireo.clock.pass({ minutes: 1 })
  }
  const number = (id: string) => Number(id.slice(1))
  for (const [at, id] of pages.entries()) {
    const window = pages.slice(Math.max(0, at - 7), at)
    assert.ok(!window.some((other) => number(other) % 20 === number(id) % 20), 'one creator within 8 positions')
    assert.ok(!window.some((other) => number(other) % 16 === number(id) % 16), 'one sound within 8 positions')
    assert.ok(window.filter((other) => number(other) % 4 === number(id) % 4).length <= 3, 'at most 4 of a category within 8 positions')
  }
})

test('what is like a disliked video sinks', async (t) => {
  const vireo = await vireoForTests(t, { config: { feed: { explorationShare: 0 } } })
  await vireo.put(
    ...videoIds(40).map((videoId, n) => ({
      videoId,
      creatorId: `c${n}`,
      lengthMs: 30_000,
      categories: category(n % 2 === 0 ? 'cats' : 'food'),
    })),
  )
  for (let n = 0; n < 40; n++) await vireo.did('crowd', Type.Watch, `v${n}`, { watchMs: 30_000 })
  vireo.clock.pass({ minutes: 11 })
  await vireo.did('ada', Type.Dislike, 'v0')
  const page = await vireo.feed('ada', 8)
  assert.ok(
    page.slice(0, 4).every((id) => Number(id.slice(1)) % 2 === 1),
    page.join(),
  )
})
