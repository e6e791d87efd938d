import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startKafka, startRedis } from '../engines/for-tests.ts'
import { openKafkaEventLog } from '../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaForTests } from '../server/src/adapters/kafka/kafka-for-tests.ts'
import { S3ForTests } from '../server/src/adapters/s3/s3-for-tests.ts'
import { tinyArtifact } from '../server/src/models/artifact-for-tests.ts'
import { newFolder, vireo } from './cli/vireo.ts'
import { LoggedVectors } from './logged-vectors.ts'
import { clearedVideos, like, RoleServer, settingsOn, until } from './roles-for-tests.ts'

const kafka = await startKafka()
after(() => kafka[Symbol.asyncDispose]())
const redis = await startRedis()
after(() => redis[Symbol.asyncDispose]())
const s3 = await S3ForTests.start()
after(() => s3[Symbol.asyncDispose]())

const registry = newFolder()
cpSync(join(tinyArtifact, '..'), join(registry, 'tiny'), { recursive: true })

const name = randomUUID()
const topicPrefix = `${name}.`
const location = `s3://${s3.bucket}/lakes/${name}`
const settings = {
  ...settingsOn({ kafka, redis }, name),
  VIREO_LAKE_LOCATION: location,
  VIREO_LAKE_COMMIT_SECONDS: '1',
  ...s3.settings,
  VIREO_MODELS_REGISTRY: registry,
  VIREO_MODELS_NAME: 'tiny',
  VIREO_MODELS_DEADLINE_MS: '20000',
  VIREO_MODELS_HUNG_MS: '20000',
}
const started: RoleServer[] = []
const start = async (roles: string, dataDir?: string) => {
  const server = await RoleServer.start(roles, settings, dataDir)
  started.push(server)
  return server
}
after(() => Promise.all(started.map((server) => server.kill())))

const log = await openKafkaEventLog(kafkaForTests(kafka, { topicPrefix, partitions: 2 }))
after(() => log.close())
const logged = new LoggedVectors(log)

test('servers with a role each are one Vireo, and each can be killed', async (t) => {
  const countingFolder = join(newFolder(), 'data')
  const api = await start('api')
  let counting = await start('features', countingFolder)
  const lakes = [await start('lake'), await start('lake')]
  await api.send('/v1/videos', { videos: clearedVideos(60) })

  await t.test('what is done at one is in the vectors of the next pages, of everybody and of oneself', async () => {
    await until('nothing is said to be missing', async () => (await logged.nextPage(api)).degraded.length === 0)
    await api.send('/v1/events', { events: [like('ann', 'v1'), like('bob', 'v1')] })
    await until('the likes of all are counted', async () => (await logged.nextPage(api)).likesOf('v1') === 2)
    await until('and those of one', async () => (await logged.nextPage(api, 'ann', 1)).ownLikes === 1)
  })

  await t.test('without one that counts, pages go on with what was counted, and say so', async () => {
    await counting.kill()
    await until('it is said', async () => (await logged.nextPage(api)).degraded.includes('features'))
    await api.send('/v1/events', { events: [like('cid', 'v1')] })
    const page = await logged.nextPage(api)
    assert.deepEqual([page.videos.length, page.likesOf('v1')], [50, 2])
  })

  await t.test('when it is back it catches up, on its folder and on a new one', async () => {
    counting = await start('features', countingFolder)
    await until('its counts are there', async () => (await logged.nextPage(api)).likesOf('v1') === 3)
    await until('nothing is missing', async () => (await logged.nextPage(api)).degraded.length === 0)
    await counting.kill()
    await api.send('/v1/events', { events: [like('dan', 'v1'), like('ann', 'v2')] })
    counting = await start('features')
    await until('its counts are there', async () => (await logged.nextPage(api)).likesOf('v1') === 4)
    await until('also those of one', async () => (await logged.nextPage(api, 'ann', 1)).ownLikes === 2)
  })

  await t.test('of two one writes the lake, and the other does within seconds when that one was killed', async (t) => {
    const writing = async () => (await Promise.all(lakes.map((lake) => lake.metric('vireo_lake_writing')))).map((is) => is === 1)
    await until('one writes', async () => (await writing()).includes(true))
    const [first, second] = (await writing())[0] ? [lakes[0]!, lakes[1]!] : [lakes[1]!, lakes[0]!]
    assert.equal(await second.metric('vireo_lake_writing'), 0)
    await first.kill()
    const tookMs = await until('the other one writes', async () => (await second.metric('vireo_lake_writing')) === 1)
    t.diagnostic(`taken over after ${Math.round(tookMs)} ms`)
    await api.send('/v1/events', { events: [like('eve', 'v3')] })
    const asked = async () => {
      const { code, out } = await vireo(['lake', 'sql', 'SELECT person, video_id FROM events ORDER BY ALL', '--json'], settings)
      return code === 0 ? (JSON.parse(out) as { person: string; video_id: string }[]).map((row) => `${row.person} ${row.video_id}`) : []
    }
    await until('all events are in the lake', async () => (await asked()).length >= 6)
    assert.deepEqual(await asked(), ['ann v1', 'ann v2', 'bob v1', 'cid v1', 'dan v1', 'eve v3'])
    assert.equal((await vireo(['lake', 'status'], settings)).code, 0)
  })

  await t.test('they stop when they are told to', async () => {
    for (const server of [api, counting, ...lakes]) await server.stop()
  })
})
