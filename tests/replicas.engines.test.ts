import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedSettings } from './replicas-for-tests.ts'
import { ManualClock, Type, VideoState, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

/** Servers with a log and people in common, on engines where nothing else has these names. */
async function replicasOf(
  test: Pick<TestContext, 'after'>,
  count: number,
): Promise<{ replicas: VireoForTests[]; another(): Promise<VireoForTests> }> {
  const clock = new ManualClock()
  const config = sharedSettings()
  const another = () => vireoForTests(test, { config, clock })
  const replicas: VireoForTests[] = []
  for (let n = 0; n < count; n++) replicas.push(await another())
  return { replicas, another }
}

/** Waits until all of them say so: what everybody shares follows with the log. */
async function everywhere(replicas: readonly VireoForTests[], isSo: (replica: VireoForTests) => boolean | Promise<boolean>): Promise<void> {
  for (const replica of replicas) while (!(await isSo(replica))) await sleep(5)
}

const haveVideos = (replicas: readonly VireoForTests[], count: number) =>
  everywhere(replicas, ({ vireo }) => vireo.feedParts.catalog.cleared === count)

test('whichever server a person asks, it knows what they did and were shown on the others', async (t) => {
  const { replicas } = await replicasOf(t, 3)
  await replicas[0]!.put(...videoIds(90))
  await haveVideos(replicas, 90)
  const seen = new Set<string>()
  for (let page = 0; page < 9; page++) {
    const videos = await replicas[page % 3]!.feed('ann')
    assert.equal(videos.length, 10)
    for (const video of videos) {
      assert.ok(!seen.has(video), `${video} came twice`)
      seen.add(video)
    }
  }
  assert.deepEqual(await replicas[1]!.feed('ann'), [])
})

test('what is counted is counted once, and the same on every server', async (t) => {
  const { another, replicas } = await replicasOf(t, 2)
  await replicas[0]!.put(...videoIds(5))
  await haveVideos(replicas, 5)
  const event = replicas[0]!.event('ann', Type.Watch, 'v1', { watchMs: 20_000, eventId: 'once' })
  assert.equal((await replicas[0]!.send(event)).accepted, 1)
  assert.equal((await replicas[1]!.send(event)).duplicates, 1)
  await replicas[1]!.did('bob', Type.Watch, 'v1', { watchMs: 20_000 })
  await replicas[0]!.did('bob', Type.Like, 'v1', { eventId: 'first' })
  await replicas[1]!.did('bob', Type.Like, 'v1', { eventId: 'again' })
  const late = await another()
  for (const replica of [...replicas, late]) {
    await everywhere([replica], async () => (await replica.stats('v1'))!.watchCount === 2 && (await replica.stats('v1'))!.likeCount === 1)
  }
})

test('a takedown that was acknowledged is in force on all servers', async (t) => {
  const { replicas } = await replicasOf(t, 3)
  await replicas[0]!.put(...videoIds(30))
  await haveVideos(replicas, 30)
  await replicas[0]!.changeState('v7', VideoState.VIDEO_STATE_TAKEN_DOWN)
  for (const replica of replicas) assert.ok(!(await replica.feed('ann', 30)).includes('v7'))
})

test('a server that comes later, or again, knows what the others know', async (t) => {
  const { another, replicas } = await replicasOf(t, 1)
  const [first] = replicas as [VireoForTests]
  await first.put(...videoIds(20))
  await first.did('ann', Type.Watch, 'v3', { watchMs: 30_000 })
  const page = await first.feed('ann', 5)
  const later = await another()
  assert.ok((await later.feed('ann', 15)).every((video) => !page.includes(video) && video !== 'v3'))
  const again = await first.restarted()
  await everywhere([again, later], async (replica) => (await replica.stats('v3'))!.watchCount === 1)
})
