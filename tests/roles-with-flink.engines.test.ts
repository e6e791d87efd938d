import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startFlink, startKafka, startRedis } from '../engines/for-tests.ts'
import { openKafkaEventLog } from '../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaSettings } from '../server/src/adapters/kafka/kafka-settings.ts'
import { prepareTileTopics } from '../server/src/adapters/kafka/tile-topics.ts'
import { systemClock } from '../server/src/clock.ts'
import { openTileJobs } from '../server/src/compose/flink.ts'
import { loadConfig } from '../server/src/config.ts'
import { allFeedViews, feedViews } from '../server/src/features/views/feed-views.ts'
import { tinyArtifact } from '../server/src/models/artifact-for-tests.ts'
import { newFolder } from './cli/vireo.ts'
import { LoggedVectors } from './logged-vectors.ts'
import { clearedVideos, like, RoleServer, settingsOn, until } from './roles-for-tests.ts'

const deployMs = 300_000
const kafka = await startKafka()
after(() => kafka[Symbol.asyncDispose]())
const redis = await startRedis()
after(() => redis[Symbol.asyncDispose]())
const flink = await startFlink({ own: true })
after(() => flink[Symbol.asyncDispose]())

const registry = newFolder()
cpSync(join(tinyArtifact, '..'), join(registry, 'tiny'), { recursive: true })

const name = randomUUID()
const settings = {
  ...settingsOn({ kafka, redis }, name),
  VIREO_LAKE_ENABLED: 'false',
  VIREO_MODELS_REGISTRY: registry,
  VIREO_MODELS_NAME: 'tiny',
  VIREO_MODELS_DEADLINE_MS: '20000',
  VIREO_MODELS_HUNG_MS: '20000',
  VIREO_FEATURES_TILES: 'topics',
  VIREO_FLINK_REST_URL: flink.addresses.rest,
  VIREO_FLINK_GATEWAY_URL: flink.addresses.gateway,
  VIREO_FLINK_CHECKPOINT_SECONDS: '1',
}
const config = loadConfig(settings, '/')
const started: RoleServer[] = []
const start = async (roles: string) => {
  const server = await RoleServer.start(roles, settings)
  started.push(server)
  return server
}
after(() => Promise.all(started.map((server) => server.kill())))

const log = await openKafkaEventLog(kafkaSettings(config))
after(() => log.close())
const logged = new LoggedVectors(log)

test('what Flink counts of an event at one server reaches the vectors of another through one that takes the tiles', async (t) => {
  await prepareTileTopics(kafkaSettings(config), allFeedViews, { create: true })
  const jobs = openTileJobs(config, systemClock, [feedViews.video.reactions, feedViews.person.reactions])
  await jobs.deploy({ withinMs: deployMs, signal: AbortSignal.timeout(deployMs) })
  const taking = await start('features')
  const [one, other] = [await start('api'), await start('api')]
  const likesOf = async (video: string) => (await logged.nextPage(other)).likesOf(video)
  await one.send('/v1/videos', { videos: clearedVideos(60) })

  await t.test('of everybody, and of oneself', async () => {
    await until('nothing is said to be missing', async () => (await logged.nextPage(other)).degraded.length === 0)
    await one.send('/v1/events', { events: [like('ann', 'v1'), like('bob', 'v1')] })
    await until('the likes of all are counted', async () => (await likesOf('v1')) === 2)
    await until('and those of one', async () => (await logged.nextPage(other, 'ann', 1)).ownLikes === 1)
  })

  await t.test('pages go on while Flink stands still, and what happened meanwhile is counted once it goes on', async () => {
    await flink.kill('task-manager')
    await one.send('/v1/events', { events: [like('cid', 'v1'), like('ann', 'v2')] })
    const page = await logged.nextPage(other)
    assert.deepEqual([page.videos.length, page.likesOf('v1')], [50, 2])
    await flink.restart()
    await until('the likes of all are counted', async () => (await likesOf('v1')) === 3)
    await until('and those of one', async () => (await logged.nextPage(other, 'ann', 1)).ownLikes === 2)
  })

  await t.test('another one that takes the tiles goes on where the first was killed, with an empty folder', async () => {
    await taking.kill()
    await one.send('/v1/events', { events: [like('dan', 'v1')] })
    await until('it is said', async () => (await logged.nextPage(other)).degraded.includes('features'))
    const next = await start('features')
    await until('the likes of all are counted', async () => (await likesOf('v1')) === 4)
    await until('nothing is missing', async () => (await logged.nextPage(other)).degraded.length === 0)
    assert.equal(await next.metric('vireo_tiles_unreadable_records'), 0)
  })
})
