import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { kafkaSettings } from '../server/src/adapters/kafka/kafka-settings.ts'
import { TileProducerForTests } from '../server/src/adapters/kafka/tile-producer-for-tests.ts'
import { prepareTileTopics } from '../server/src/adapters/kafka/tile-topics.ts'
import { TileWriterForTests } from '../server/src/features/tiles/whole-tiles-for-tests.ts'
import { FeedVectors } from '../server/src/features/vector/feed-vectors.ts'
import { allFeedViews, feedViews } from '../server/src/features/views/feed-views.ts'
import { sharedSettings } from './replicas-for-tests.ts'
import { ManualClock, Type, type VireoForTests, vireoForTests } from './vireo-for-tests.ts'

const people = ['ann', 'bob', 'cem']
const videos = Array.from({ length: 18 }, (_, n) => ({
  videoId: `v${n}`,
  creatorId: `c${n % 3}`,
  audioId: 'song',
  lengthMs: 20_000,
  categories: [{ name: n % 2 ? 'cats' : 'dogs', confidence: 1, source: '' }],
}))

/** One server that counts, one that takes tiles from topics, and who counts for it. */
async function both(t: TestContext) {
  const clock = new ManualClock()
  const settings = sharedSettings()
  const counting = await vireoForTests(t, { clock, config: settings })
  const options = kafkaSettings(counting.config)
  await prepareTileTopics(options, allFeedViews, { create: true })
  const taking = await vireoForTests(t, { clock, config: { ...settings, features: { tiles: 'topics' } } })
  const producer = new TileProducerForTests(options)
  t.after(() => producer.close())
  const writer = new TileWriterForTests(allFeedViews, settings.kafka.partitions)
  const known = new Set<string>()
  const written = writer.partitions.map(() => 0)
  /** Counts what has come into the log, and writes the tiles of it; from the beginning once more with `again`. */
  const count = async ({ again = false } = {}) => {
    const records = [
      ...(await counting.events()).map((event) => ({ event, id: `${event.person} ${event.eventId}` })),
      ...(await counting.slates()).map((slate) => ({ slate, id: slate.slateId })),
    ].filter(({ id }) => !known.has(id) && known.add(id))
    writer.write(records, clock.now())
    for (const [partition, tiles] of writer.partitions.entries()) {
      await producer.write(tiles.slice(again ? 0 : written[partition]!), partition)
      written[partition] = tiles.length
    }
  }
  await counting.put(...videos)
  for (const { vireo } of [counting, taking]) while (vireo.feedParts.catalog.cleared < videos.length) await sleep(5)
  return { clock, count, counting, producer, taking }
}

/** Waits until a server has applied the log, and taken all tiles. */
async function caughtUp({ metrics, vireo }: VireoForTests): Promise<void> {
  const isBehind = async () => !(await metrics.registry.getSingleMetricAsString('vireo_log_behind_records')).endsWith(' 0')
  while (((await vireo.services.operations.status()).tilesBehind ?? 0n) > 0n || (await isBehind())) await sleep(10)
}

/** The vectors of everybody with all videos. */
async function vectorsOf({ clock, vireo }: VireoForTests) {
  const { catalog, people: states, vectors } = vireo.feedParts
  const all: number[][] = []
  for (const person of people) {
    const state = await states.read(person)
    const into = new Float32Array(FeedVectors.personWidth)
    vectors.begin({ person, state, surface: 'main', nowMs: clock.now() }, into)
    all.push([...into])
    for (const { videoId } of videos) {
      const item = new Float32Array(FeedVectors.itemWidth)
      vectors.candidates([catalog.ids.find(videoId)], item)
      all.push([...item])
    }
  }
  return all
}

async function use({ clock, counting }: Awaited<ReturnType<typeof both>>): Promise<void> {
  for (const [n, person] of people.entries()) {
    const page = await counting.page(person, { resultPerPage: 3, context: { surface: 'main' } })
    for (const { tracking, videoId } of page.results.slice(0, n + 1)) {
      clock.pass({ seconds: 20 })
      await counting.did(person, Type.Watch, videoId, { watchMs: 19_000 + n, tracking })
    }
    await counting.did(person, Type.Like, page.results[0]!.videoId)
  }
}

test('a server that takes tiles from topics ranks by the very numbers of one that counts', async (t) => {
  const all = await both(t)
  const { clock, count, counting, taking } = all
  const same = async () => {
    for (const server of [counting, taking]) await caughtUp(server)
    const expected = await vectorsOf(counting)
    assert.ok(expected.flat().filter((value) => value > 0).length > 500)
    assert.deepEqual(await vectorsOf(taking), expected)
  }
  await use(all)
  await count()
  await same()
  for (const passed of [{ minutes: 7 }, { hours: 3 }, { days: 2 }, { days: 9 }]) {
    clock.pass(passed)
    await use(all)
    await count()
    await same()
  }
  // As a stream engine does that goes on from where it was some time ago.
  await count({ again: true })
  await same()
  const again = await taking.restarted()
  await caughtUp(again)
  assert.deepEqual(await vectorsOf(again), await vectorsOf(counting))
  const another = await vireoForTests(t, { clock, config: { ...sharedOf(taking), features: { tiles: 'topics' } } })
  assert.deepEqual(await vectorsOf(another), await vectorsOf(counting))
})

test('a tile that can not be read is passed over and counted, and those behind it come', async (t) => {
  const all = await both(t)
  const { count, counting, producer, taking } = all
  const view = feedViews.video.watches
  for (const value of ['no JSON', '{}', '{"video_id":"v1","hop_ms":60000,"hop_start_ms":0,"plays":9007199254740993}'])
    for (const partition of [0, 1, 2]) await producer.writeText(view, partition, '{}', value)
  await use(all)
  await count()
  for (const server of [counting, taking]) await caughtUp(server)
  assert.deepEqual(await vectorsOf(taking), await vectorsOf(counting))
  assert.match(await taking.metrics.registry.metrics(), /vireo_tiles_unreadable_records 9\n/)
  assert.match(await taking.metrics.registry.metrics(), /vireo_tiles_behind_records 0\n/)
})

test('a server does not start without the topics that it is to take tiles from, and says which command makes them', async (t) => {
  await assert.rejects(vireoForTests(t, { config: { ...sharedSettings(), features: { tiles: 'topics' } } }), {
    code: 'KAFKA_TOPIC_MISSING',
    message: /vireo flink deploy/,
  })
})

const sharedOf = ({ config: { kafka, redis } }: VireoForTests) => ({ kafka, redis })
