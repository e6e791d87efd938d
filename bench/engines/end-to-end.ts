import { join } from 'node:path'
import { startKafka, startRedis } from '../../engines/for-tests.ts'
import { openKafkaEventLog } from '../../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaSettings } from '../../server/src/adapters/kafka/kafka-settings.ts'
import { loadConfig } from '../../server/src/config.ts'
import type { FeatureRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import {
  SendEventsRequest,
  type SendEventsResponse,
  UserVideoEvent_EventType as Type,
  UserVideoEvent,
} from '../../server/src/generated/vireo/v1/events.ts'
import { decoders } from '../../server/src/state/read-record.ts'
import type { Benchmark, Figure, RunOptions } from '../benchmark.ts'
import { askForPage, call, eventClient, feedClient } from '../load/clients.ts'
import { batchesOf, eventsOf, sendEvents } from '../load/event-load.ts'
import { askForFeeds } from '../load/feed-load.ts'
import { syntheticPerson, videoId } from '../load/synthetic.ts'
import { percentile } from '../percentile.ts'
import { allCores, onAllCores, serverCore } from '../pinning.ts'
import { profileFile } from '../profile.ts'
import { repository } from '../sample.ts'
import type { ServerProcess } from '../server/server-process.ts'
import { sharedEnvironment, startServer, withoutLake, withVideos } from './shared-servers.ts'

interface Load {
  readonly videos: number
  readonly reflections: number
  readonly pages: number
  readonly feeds: number
  readonly rounds: number
}

export const endToEnd: Benchmark = {
  name: 'end-to-end',
  about:
    'servers over Kafka and Redis: from an event to the next feed on another, events a second on one, a feed against that of one process',
  async run(options) {
    const load: Load = options.quick
      ? { videos: 500, reflections: 20, pages: 60, feeds: 40, rounds: 1 }
      : { videos: 10_000, reflections: 500, pages: 2_000, feeds: 300, rounds: 4 }
    await using kafka = await onAllCores(() => startKafka({ own: true }))
    await using redis = await onAllCores(() => startRedis({ own: true }))
    const settings = sharedEnvironment({
      brokers: kafka.addresses.brokers,
      redis: redis.addresses.redis,
      redisPassword: redis.credentials.password,
    })
    const [one, other] = [await startServer(String(serverCore), settings), await startServer(allCores, settings)]
    options.say(`a catalogue of ${load.videos}`)
    await withVideos([one, other], load.videos)
    options.say('events on one server, feeds on another')
    const reflected = await measureReflection(one, other, settings, load)
    await other.stop()
    options.say('events a second on one server')
    const accepted = await measureEvents(one, load, options)
    options.say('feeds, in turns with a server that has all for itself')
    await one.stop()
    const compared = await compareFeeds(settings, load)
    return [...reflected, ...accepted, ...compared]
  },
}

/** Somebody new each time: something is watched at one server, and the next feed is asked of another once that is acknowledged. */
async function measureReflection(
  one: ServerProcess,
  other: ServerProcess,
  settings: Readonly<Record<string, string>>,
  { reflections, videos }: Load,
): Promise<Figure[]> {
  const [events, feed] = [eventClient(one.address), feedClient(other.address)]
  const ms: number[] = []
  const watched = new Map<string, string>()
  for (let n = 0; n < reflections; n++) {
    const userid = `reflected-${n}`
    const video = videoId((n * 7) % videos)
    const event = UserVideoEvent.fromPartial({ evtType: Type.Watch, userid, videoId: video, eventId: 'watched', watchMs: 20_000 })
    await call<SendEventsRequest, SendEventsResponse>(events, events.sendEvents, SendEventsRequest.create({ events: [event] }))
    const acknowledged = performance.now()
    const page = await askForPage(feed, userid)
    ms.push(performance.now() - acknowledged)
    if (page.results.some((result) => result.videoId === video)) throw new Error(`${userid} was shown what they had just watched.`)
    watched.set(userid, video)
  }
  events.close()
  feed.close()
  const missed = await missedIn(settings, watched)
  return [
    { name: 'event acknowledged → next feed elsewhere, p50', value: percentile(ms, 0.5), unit: 'ms' },
    { name: 'event acknowledged → next feed elsewhere, p99', value: percentile(ms, 0.99), unit: 'ms', limit: { most: 50 } },
    {
      name: 'feeds that did not know of it',
      value: missed,
      unit: 'feeds',
      limit: { most: 0 },
      note: 'by the features that were logged with the page',
    },
  ]
}

/** Of how many people the page was made without the video that they had watched, by what was logged with it. */
async function missedIn(settings: Readonly<Record<string, string>>, watched: ReadonlyMap<string, string>): Promise<number> {
  const log = await openKafkaEventLog(kafkaSettings(loadConfig(settings, '/')))
  const knew = new Set<string>()
  try {
    for (const { topic, partition, first, end } of await log.extents()) {
      if (topic !== 'features' || first === end) continue
      for await (const records of log.read({ topic, partition, offset: first }, AbortSignal.timeout(60_000))) {
        for (const { value } of records) {
          const { person, recentVideos } = decoders.features(value) as FeatureRecord
          if (recentVideos.includes(watched.get(person) ?? '')) knew.add(person)
        }
        if (records.at(-1)!.offset + 1 >= end) break
      }
    }
  } finally {
    await log.close()
  }
  return watched.size - knew.size
}

/** The first round is for warming up; of the others the median counts. */
async function measureEvents(server: ServerProcess, { pages, rounds }: Load, { profileTo }: RunOptions): Promise<Figure[]> {
  let next = 0
  const person = () => syntheticPerson(next++)
  const perSecond: number[] = []
  const microseconds: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const events: UserVideoEvent[] = []
    await askForFeeds({ address: server.address, clients: 16, pages, person, onPage: (page, who) => events.push(...eventsOf(page, who)) })
    const batches = batchesOf(events)
    const before = await server.ask('processorTime')
    const file = round === rounds ? profileFile(profileTo, 'end-to-end') : undefined
    const rate = await server.profiled(file, () => sendEvents(server.address, batches))
    const usedS = (await server.ask('processorTime')) - before
    if (round === 0) continue
    perSecond.push(rate)
    microseconds.push((usedS * 1e6) / (batches.length * batches[0]!.events.length))
  }
  return [
    {
      name: 'events accepted by one process',
      value: percentile(perSecond, 0.5),
      unit: 'events/s',
      limit: { least: 20_000 },
      note: 'batches of 100, 8 in flight, as the benchmark `events` sends them; in the log and in their people’s states when acknowledged',
    },
    {
      name: 'processor an accepted event',
      value: percentile(microseconds, 0.5),
      unit: 'µs',
      note: 'of all threads of the process; 50 are 20,000/s on one core',
    },
  ]
}

/** With the model that ranks, in turns, so that both have the same neighbours. */
async function compareFeeds(environment: Readonly<Record<string, string>>, { feeds, rounds, videos }: Load): Promise<Figure[]> {
  const model = { VIREO_MODELS_ENABLED: 'true', VIREO_MODELS_REGISTRY: join(repository, 'models') }
  const shared = await startServer(String(serverCore), { ...environment, ...model })
  const own = await startServer(String(serverCore), { ...withoutLake, ...model })
  await withVideos([own], videos)
  const ms = { shared: [] as number[], own: [] as number[] }
  let next = 0
  const person = () => syntheticPerson(next++ % 2_000)
  for (let round = -1; round < rounds; round++) {
    for (const [name, { address }] of [
      ['own', own],
      ['shared', shared],
    ] as const) {
      const asked = await askForFeeds({ address, clients: 1, pages: feeds, person })
      if (round >= 0) ms[name].push(...asked.ms)
    }
  }
  for (const server of [own, shared]) await server.stop()
  const [embedded, overRedis] = [percentile(ms.own, 0.5), percentile(ms.shared, 0.5)]
  const note = `a model ranks 1,000 candidates of ${videos} videos`
  return [
    { name: 'a feed of one process, p50', value: embedded, unit: 'ms', note },
    { name: 'a feed over Redis, p50', value: overRedis, unit: 'ms', note },
    { name: 'a feed over Redis against one process', value: overRedis / embedded, unit: 'times', limit: { most: 1.5 } },
  ]
}
