import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startKafka, startRedis } from '../../engines/for-tests.ts'
import { RedisConnection } from '../../server/src/adapters/redis/redis-connection.ts'
import { redisCounts } from '../../server/src/adapters/redis/shared-counts.ts'
import { loadConfig } from '../../server/src/config.ts'
import type { SharedCounts } from '../../server/src/features/shared/shared-counts.ts'
import {
  SendEventsRequest,
  type SendEventsResponse,
  UserVideoEvent_EventType as Type,
  UserVideoEvent,
} from '../../server/src/generated/vireo/v1/events.ts'
import { Level, type RecsResponse } from '../../server/src/generated/vireo/v1/feed.ts'
import { RoleServer } from '../../tests/roles-for-tests.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { askForPage, call, eventClient, feedClient } from '../load/clients.ts'
import { batchesOf, sendEvents } from '../load/event-load.ts'
import { askForFeeds } from '../load/feed-load.ts'
import { syntheticPerson, syntheticWatches, videoId } from '../load/synthetic.ts'
import { percentile } from '../percentile.ts'
import { onAllCores, serverCore } from '../pinning.ts'
import { repository } from '../sample.ts'
import type { ServerProcess } from '../server/server-process.ts'
import { sharedEnvironment, startServer, withoutLake, withVideos } from './shared-servers.ts'

const people = 2_000
const patienceMs = 120_000
/** A busy machine is given time, so that all pages are made with all that there is. */
const patient = {
  VIREO_MODELS_ENABLED: 'true',
  VIREO_MODELS_REGISTRY: join(repository, 'models'),
  VIREO_MODELS_DEADLINE_MS: '5000',
  VIREO_FEED_SOURCE_DEADLINE_MS: '5000',
  VIREO_FEED_DEADLINE_MS: '5000',
  VIREO_REDIS_TIMEOUT_MS: '5000',
}

interface Load {
  readonly videos: number
  readonly events: number
  readonly feeds: number
  readonly rounds: number
  readonly likes: number
}

export const roles: Benchmark = {
  name: 'roles',
  about: 'servers with a role each: a feed over rows in Redis against that of one process, and how soon what is counted is in Redis',
  async run({ quick, say }) {
    const load: Load = quick
      ? { videos: 2_000, events: 5_000, feeds: 50, rounds: 1, likes: 20 }
      : { videos: 10_000, events: 50_000, feeds: 200, rounds: 4, likes: 300 }
    await using kafka = await onAllCores(() => startKafka({ own: true }))
    await using redis = await onAllCores(() => startRedis({ own: true }))
    const addresses = { brokers: kafka.addresses.brokers, redis: redis.addresses.redis, redisPassword: redis.credentials.password }
    const settings = { ...sharedEnvironment(addresses), ...patient }
    const counting = await onAllCores(() => RoleServer.start('features', settings))
    const answering = await startServer(String(serverCore), { ...settings, VIREO_ROLES: 'api' })
    const own = await startServer(String(serverCore), { ...withoutLake, ...patient })
    try {
      say(`${load.videos} videos, ${load.events} events`)
      const watches = batchesOf(syntheticWatches(load.events, people, load.videos))
      await withVideos([answering], load.videos)
      await withVideos([own], load.videos)
      for (const { address } of [answering, own]) await sendEvents(address, watches)
      await untilWhole(answering)
      say('feeds, in turns')
      const compared = await compare(answering, own, load)
      say('events until they are in Redis')
      const connection = await RedisConnection.open(loadConfig(settings, '/').redis, say)
      const told = await untilTold(answering, redisCounts(connection, 1, 'counted'), load)
      await connection.close()
      return [...compared, ...told]
    } finally {
      for (const server of [answering, own]) await server.stop()
      await counting.stop()
    }
  },
}

/** Until pages are made with all that was counted. */
async function untilWhole({ address }: ServerProcess): Promise<void> {
  const feed = feedClient(address)
  const limit = AbortSignal.timeout(patienceMs)
  while (!isWhole(await askForPage(feed, syntheticPerson(0)))) {
    limit.throwIfAborted()
    await sleep(200)
  }
  feed.close()
}

const isWhole = ({ degraded, level }: RecsResponse): boolean => level === Level.LEVEL_FULL && degraded.length === 0

async function compare(answering: ServerProcess, own: ServerProcess, { feeds, rounds, videos }: Load): Promise<Figure[]> {
  const ms = { answering: [] as number[], own: [] as number[] }
  let [next, lacking] = [0, 0]
  const person = () => syntheticPerson(next++ % people)
  for (let round = -1; round < rounds; round++) {
    for (const [name, { address }] of [
      ['own', own],
      ['answering', answering],
    ] as const) {
      const onPage = (page: RecsResponse) => (lacking += Number(!isWhole(page)))
      const asked = await askForFeeds({ address, clients: 1, pages: feeds, person, onPage })
      if (round >= 0) ms[name].push(...asked.ms)
    }
  }
  const [embedded, overRedis] = [percentile(ms.own, 0.5), percentile(ms.answering, 0.5)]
  const note = `a model ranks 1,000 candidates of ${videos} videos`
  return [
    { name: 'a feed of one process, p50', value: embedded, unit: 'ms', note },
    { name: 'a feed of a server that counts nothing, p50', value: overRedis, unit: 'ms', note },
    { name: 'the same, p99', value: percentile(ms.answering, 0.99), unit: 'ms' },
    { name: 'a feed over Redis rows against one process', value: overRedis / embedded, unit: 'times', limit: { most: 1.5 } },
    { name: 'pages that were not made with all there is', value: lacking, unit: 'pages', limit: { most: 0 } },
  ]
}

/** Somebody likes a video, at a server that counts nothing, until its row says so. */
async function untilTold({ address }: ServerProcess, { rows, tiles }: SharedCounts, { likes, videos }: Load): Promise<Figure[]> {
  const events = eventClient(address)
  const rowMs: number[] = []
  const personMs: number[] = []
  const row = new Float64Array(rows.video.width)
  for (let n = 0; n < likes; n++) {
    const [userid, video] = [`told-${n}`, videoId((n * 7) % videos)]
    await rows.video.gather([video], row)
    const before = row.join()
    const event = UserVideoEvent.fromPartial({ evtType: Type.Like, userid, videoId: video, eventId: 'liked' })
    await call<SendEventsRequest, SendEventsResponse>(events, events.sendEvents, SendEventsRequest.create({ events: [event] }))
    const acknowledged = performance.now()
    const isIn = async () => {
      await rows.video.gather([video], row)
      return row.join() !== before
    }
    while (!(await isIn())) await sleep(1)
    rowMs.push(performance.now() - acknowledged)
    while ((await tiles.person.get(userid)) === undefined) await sleep(1)
    personMs.push(performance.now() - acknowledged)
  }
  events.close()
  return [
    ...spread('event acknowledged → in the row of its video', rowMs),
    ...spread('event acknowledged → in the counts of its person', personMs),
  ]
}

const spread = (name: string, ms: readonly number[]): Figure[] => [
  { name: `${name}, p50`, value: percentile(ms, 0.5), unit: 'ms' },
  { name: `${name}, p99`, value: percentile(ms, 0.99), unit: 'ms' },
]
