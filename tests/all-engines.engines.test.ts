import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { startFlink, startKafka, startRedis } from '../engines/for-tests.ts'
import { openKafkaEventLog } from '../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaForTests } from '../server/src/adapters/kafka/kafka-for-tests.ts'
import { S3ForTests } from '../server/src/adapters/s3/s3-for-tests.ts'
import { vireo } from './cli/vireo.ts'
import { LoggedVectors } from './logged-vectors.ts'
import { clearedVideos, like, RoleServer, settingsOn, until } from './roles-for-tests.ts'

const deployMs = 600_000
const takedownMs = 1_000

const engines = await Promise.all([startKafka(), startRedis(), S3ForTests.start(), startFlink()])
after(() => Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]())))
const [kafka, redis, s3, flink] = engines

const name = randomUUID()
const topicPrefix = `${name}.`
const settings = {
  ...settingsOn({ kafka, redis }, name),
  VIREO_LAKE_LOCATION: `s3://${s3.bucket}/lakes/${name}`,
  VIREO_LAKE_COMMIT_SECONDS: '1',
  ...s3.settings,
  VIREO_FLINK_REST_URL: flink.addresses.rest,
  VIREO_FLINK_GATEWAY_URL: flink.addresses.gateway,
  VIREO_FLINK_CHECKPOINT_SECONDS: '1',
  VIREO_FEATURES_TILES: 'topics',
  VIREO_MODELS_ENABLED: 'false',
}

const watch = (userid: string, video: number, watchMs = 10_000) => ({
  evt_type: 'Watch',
  userid,
  video_id: `v${video}`,
  watch_ms: watchMs,
})
const videosOf = ({ results = [] }: Awaited<ReturnType<RoleServer['page']>>) => results.map(({ videoId }) => videoId)

test('three servers on Kafka, Redis, an object store and Flink are one feed', async (t) => {
  const deployed = await vireo(['flink', 'deploy', '--json'], settings, undefined, deployMs)
  assert.equal(deployed.code, 0, deployed.err)
  t.after(() => vireo(['flink', 'stop', '--json'], settings, undefined, deployMs))
  const servers = await Promise.all([1, 2, 3].map(() => RoleServer.start('api,features,lake', settings)))
  t.after(() => Promise.all(servers.map((server) => server.kill())))
  const [one, two, three] = servers as [RoleServer, RoleServer, RoleServer]
  const log = await openKafkaEventLog(kafkaForTests(kafka, { topicPrefix, partitions: 2 }))
  t.after(() => log.close())
  const logged = new LoggedVectors(log)
  await one.send('/v1/videos', { videos: clearedVideos(60) })
  // Of twenty people each has watched ten that lie side by side.
  for (let person = 0; person < 20; person++)
    await two.send('/v1/events', { events: Array.from({ length: 10 }, (_, n) => watch(`p${person}`, (person * 3 + n) % 60)) })

  await t.test('the next page, whoever makes it, knows what was done at another and says why', async () => {
    await until('everybody knows who watched what', async () => {
      const behind = await Promise.all(servers.map((server) => server.metric('vireo_log_behind_records')))
      return behind.every((records) => records === 0)
    })
    const before = await one.page('ann', 5)
    const watched = [0, 3, 6].map((n) => `v${n}`)
    await two.send('/v1/events', { events: [0, 3, 6].map((n) => watch('ann', n)) })
    const after = await three.page('ann', 30)
    const reasons = (page: typeof before) => (page.results ?? []).filter(({ reason }) => /^Because you watched “Video [036]”$/.test(reason))
    assert.deepEqual([reasons(before).length, reasons(after).length > 0], [0, true], JSON.stringify(after))
    assert.deepEqual(
      videosOf(after).filter((video) => watched.includes(video)),
      [],
    )
  })

  await t.test('nobody sees a video twice, whichever server is asked', async () => {
    const seen: string[] = []
    for (let page = 0; page < 9; page++) seen.push(...videosOf(await servers[page % 3]!.page('bob', 5)))
    assert.deepEqual([seen.length, new Set(seen).size], [45, 45])
  })

  await t.test('what is taken down at one is on no page of any a second later', async () => {
    await one.send('/v1/admin/videos/v7/take-down', { reason: 'a test' })
    const acknowledgedMs = performance.now()
    let lastSeenMs = 0
    for (let asked = 0; performance.now() - acknowledgedMs < 2 * takedownMs; asked++) {
      const askedMs = performance.now() - acknowledgedMs
      if (videosOf(await servers[asked % 3]!.page(randomUUID(), 50)).includes('v7')) lastSeenMs = askedMs
    }
    t.diagnostic(`last on a page that was asked for ${Math.round(lastSeenMs)} ms after the acknowledgement`)
    assert.ok(lastSeenMs < takedownMs)
  })

  await t.test('what everybody did comes to all through Flink, once', async () => {
    await one.send('/v1/events', { events: [{ ...like('ann', 'v1'), event_id: 'a' }, like('bob', 'v1')] })
    await two.send('/v1/events', { events: [{ ...like('ann', 'v1'), event_id: 'a' }] })
    for (const server of servers) {
      await until('the likes are in vectors', async () => (await logged.nextPage(server)).likesOf('v1') === 2)
    }
  })

  await t.test('with one killed the others serve, and what it acknowledged is in the lake once', async () => {
    await one.send('/v1/events', { events: [{ ...like('eve', 'v2'), event_id: 'last' }] })
    await one.kill()
    assert.equal(videosOf(await two.page('eve', 10)).includes('v2'), false)
    for (const server of [two, three]) await until('the like counts', async () => (await logged.nextPage(server)).likesOf('v2') === 1)
    const sql = "SELECT person, video_id, count(*)::INT n FROM events WHERE type = 'like' GROUP BY ALL ORDER BY ALL"
    const likes = async () => {
      const { code, out } = await vireo(['lake', 'sql', sql, '--json'], settings)
      return code === 0 ? (JSON.parse(out) as { person: string; video_id: string; n: number }[]) : []
    }
    await until('all is in the lake', async () => (await likes()).some(({ person }) => person === 'eve'))
    assert.deepEqual(await likes(), [
      { person: 'ann', video_id: 'v1', n: 1 },
      { person: 'bob', video_id: 'v1', n: 1 },
      { person: 'eve', video_id: 'v2', n: 1 },
    ])
  })
})
