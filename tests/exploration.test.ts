import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SlateRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const category = (name: string) => [{ name, confidence: 1, source: '' }]
const exploredOf = (slates: readonly SlateRecord[]) => slates.flatMap(({ items }) => items.filter(({ propensity }) => propensity > 0))

/** Known videos, which old age keeps out of the flow, and new ones. */
async function withNewVideos(t: Parameters<typeof vireoForTests>[0], explorationShare: number, fresh = 200): Promise<VireoForTests> {
  const vireo = await vireoForTests(t, { config: { feed: { explorationShare } } })
  const old = { uploadTime: { seconds: BigInt(vireo.clock.ms / 1_000 - 90 * 86_400), nanos: 0 } }
  await vireo.put(
    ...videoIds(1_500, 'old').map((videoId, n) => ({ videoId, ...old, lengthMs: 9_000, categories: category(`k${n % 6}`) })),
    ...videoIds(fresh, 'new').map((videoId, n) => ({ videoId, categories: category(`k${n % 6}`) })),
  )
  return vireo
}

test('about 5 % of positions explore, with the chances that are logged', async (t) => {
  const vireo = await withNewVideos(t, 0.05)
  const people = 150
  for (let n = 0; n < people; n++) await vireo.feed(`p${n}`, 50)
  const explored = exploredOf(await vireo.slates())
  const share = explored.length / (people * 50)
  assert.ok(Math.abs(share - 0.05) < 4 * Math.sqrt((0.05 * 0.95) / (people * 50)), `${share}`)
  // Each new video is as likely as its category and bucket say: the inverse chances sum up to positions times videos.
  const inverse = explored.reduce((sum, { propensity }) => sum + 1 / propensity, 0)
  const expected = people * 50 * 200
  assert.ok(Math.abs(inverse / expected - 1) < 0.25, `${inverse} for ${expected}`)
})

test('what explores says so in the answer and in the log; the same video by ranking does not', async (t) => {
  const vireo = await withNewVideos(t, 0.3)
  const page = await vireo.page('ada', { resultPerPage: 50 })
  const [slate] = await vireo.slates()
  const explores = slate!.items.filter(({ propensity }) => propensity > 0)
  assert.ok(explores.length > 3)
  for (const { position, propensity, videoId } of slate!.items) {
    assert.equal(page.results[position!]!.source === 'bucket_flow', propensity > 0, videoId)
    assert.ok(propensity <= 0.3)
  }
  const byRanking = slate!.items.filter(
    ({ foundBy, propensity }) => propensity === 0 && foundBy & (1 << slate!.sources.indexOf('bucket_flow')),
  )
  assert.ok(byRanking.every(({ source }) => slate!.sources[source] !== 'bucket_flow'))
})

test('a draw that may not be shown gives its position back to the ranking', async (t) => {
  const vireo = await vireoForTests(t, { config: { feed: { explorationShare: 1 } } })
  const old = { uploadTime: { seconds: BigInt(vireo.clock.ms / 1_000 - 90 * 86_400), nanos: 0 } }
  await vireo.put(...videoIds(60, 'old').map((videoId) => ({ videoId, ...old })), { videoId: 'new', creatorId: 'x' })
  await vireo.did('ada', Type.BlockCreator, '', { creatorId: 'x' })
  const page = await vireo.page('ada')
  assert.equal(page.results.length, 10)
  assert.ok(page.results.every(({ videoId }) => videoId.startsWith('old')))
  assert.equal(exploredOf(await vireo.slates()).length, 0)
})

test('one person explores 20 times within their last 20 pages and no more', async (t) => {
  const vireo = await withNewVideos(t, 1)
  for (let n = 0; n < 6; n++) await vireo.feed('ada', 10)
  const perPage = (await vireo.slates()).map((slate) => exploredOf([slate]).length)
  const before = perPage.findIndex((_, at) => perPage.slice(0, at).reduce((sum, each) => sum + each, 0) >= 20)
  assert.ok(before > 0 && perPage.slice(before).every((explored) => explored === 0), perPage.join())
  for (let n = 0; n < 20; n++) await vireo.feed('ada', 1)
  await vireo.feed('ada', 10)
  assert.ok(exploredOf((await vireo.slates()).slice(-1)).length > 0)
})

test('categories that a person watches are explored more', async (t) => {
  const vireo = await withNewVideos(t, 0.5)
  for (let n = 0; n < 40; n++) {
    const liked = n % 6 === 2
    await vireo.did('ada', Type.Watch, `old${n}`, { watchMs: liked ? 9_000 : 500, eventId: `w${n}` })
    if (!liked) await vireo.did('ada', Type.Watch, `old${n}`, { watchMs: 300, eventId: `again${n}` })
  }
  for (let n = 1; n < 30; n++) await vireo.did('ada', Type.Watch, `old${6 * n + 2}`, { watchMs: 12_000, eventId: `k2 ${n}` })
  let [ofLiked, all] = [0, 0]
  for (let n = 0; n < 3; n++) {
    for (const { videoId } of exploredOf([(await vireo.feed('ada', 15).then(() => vireo.slates())).at(-1)!])) {
      all++
      if (Number(videoId.slice(3)) % 6 === 2) ofLiked++
    }
  }
  assert.ok(all >= 10 && ofLiked / all > 0.5, `${ofLiked} of ${all}`)
})

test('without exploration nothing is drawn', async (t) => {
  const vireo = await withNewVideos(t, 0)
  await vireo.feed('ada', 50)
  assert.equal(exploredOf(await vireo.slates()).length, 0)
})
