import { startRedis, startRedisCluster } from '../../engines/for-tests.ts'
import { RedisFeatureRows } from '../../server/src/adapters/redis/feature-rows.ts'
import { RedisPeople } from '../../server/src/adapters/redis/people.ts'
import { RedisConnection } from '../../server/src/adapters/redis/redis-connection.ts'
import { RedisRemoved } from '../../server/src/adapters/redis/removed.ts'
import { IdTable } from '../../server/src/catalog/id-table.ts'
import { countedFeatures } from '../../server/src/features/vector/counted.ts'
import { countedOfTheFeed } from '../../server/src/features/vector/counted-of-the-feed.ts'
import { EventRecord, SlateRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../server/src/generated/vireo/v1/events.ts'
import type { PersonStore } from '../../server/src/ports/person-store.ts'
import { applyEvent, applySlate } from '../../server/src/ports/person-store-for-tests.ts'
import { type Random, seededRandom } from '../../server/src/random.ts'
import type { Benchmark, Figure, RunOptions } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import { onAllCores } from '../pinning.ts'

const [pages, pageLength, watches] = [50, 10, 256]
const candidates = 1_000
/** Numbers of a video's row. */
const width = countedFeatures('video', countedOfTheFeed.video, '').length
const startMs = Date.UTC(2026, 0, 5)

interface Load {
  readonly people: number
  readonly videos: number
  readonly asks: number
}

export const redis: Benchmark = {
  name: 'redis',
  about: 'people, rows of features and removed videos in Redis, one server and a cluster of three: memory and times',
  async run(options) {
    const load = options.quick ? { people: 20, videos: 5_000, asks: 50 } : { people: 200, videos: 100_000, asks: 1_000 }
    const figures: Figure[] = []
    {
      await using engine = await onAllCores(() => startRedis({ own: true }))
      const nodes = engine.addresses.redis
      figures.push(...(await measure('one Redis', { nodes, cluster: false, ...engine.credentials }, load, options)))
    }
    await using engine = await onAllCores(() => startRedisCluster({ own: true }))
    const nodes = engine.addresses.node1
    figures.push(...(await measure('a cluster', { nodes, cluster: true, ...engine.credentials }, load, options)))
    return figures
  },
}

interface Server {
  readonly nodes: string
  readonly cluster: boolean
  readonly password: string
}

async function measure(name: string, server: Server, load: Load, { say }: RunOptions): Promise<Figure[]> {
  const settings = { ...server, username: '', tls: false, prefix: 'vireo:', timeoutMs: 30_000 }
  const connection = await RedisConnection.open(settings, say)
  try {
    say(`${name}: ${load.people} people`)
    const ofPeople = await measurePeople(connection, load)
    say(`${name}: ${load.videos} rows of videos`)
    const ofRows = await measureRows(connection, load)
    const removed = new RedisRemoved(connection)
    await removed.add(Array.from({ length: 1_000 }, (_, n) => `removed-${n}`))
    const page = Array.from({ length: pageLength }, (_, n) => `video-${n}`)
    const checks = await timed(load.asks, () => removed.among(page))
    return [...ofPeople, ...ofRows, ...spread('a page checked for removed videos', checks)].map((figure) => ({
      ...figure,
      name: `${name}: ${figure.name}`,
    }))
  } finally {
    await connection.close()
  }
}

async function measurePeople(connection: RedisConnection, { asks, people: count }: Load): Promise<Figure[]> {
  const ids = new IdTable()
  for (let n = 0; n < 20_000; n++) ids.intern(`video-${n}`)
  const people = new RedisPeople(connection, ids, 400)
  const random = seededRandom(1, 2, 3, 4)
  const person = (n: number) => `user-${1_000_000_000 + (n % count) * 7}`
  for (let n = 0; n < count; n++) await live(people, person(n), random)
  let events = 0
  const like = (n: number) =>
    applyEvent(
      people,
      EventRecord.fromPartial({
        person: person(n),
        type: Type.Like,
        eventId: `like-${events++}`,
        videoId: `video-${n % 20_000}`,
        timeMs: startMs + events * 1_000,
        acceptedMs: startMs + events * 1_000,
      }),
    )
  const bytes = await connection.client.memory('USAGE', `${connection.prefix}person:{${person(0)}}`, 'SAMPLES', 0)
  const reads = await timed(asks, (n) => people.read(person(n)))
  const alone = await timed(asks, like)
  const started = performance.now()
  const together = asks * 4
  let next = 0
  const sender = async () => {
    while (next < together) await like(next++)
  }
  await Promise.all(Array.from({ length: 64 }, sender))
  const perSecond = (together * 1_000) / (performance.now() - started)
  const note = `${pages * pageLength} videos seen, ${watches} watched; every write is on disk before it is acknowledged (appendfsync always)`
  return [
    { name: 'memory of a person', value: bytes ?? Number.NaN, unit: 'bytes', note },
    ...spread('a person read', reads),
    ...spread('a change of a person, one after the other', alone),
    { name: 'changes, 64 at a time', value: perSecond, unit: 'changes/s' },
  ]
}

/** Five weeks of somebody. */
async function live(people: PersonStore, person: string, random: Random): Promise<void> {
  const work: Promise<unknown>[] = []
  for (let page = 0; page < pages; page++) {
    const timeMs = startMs - (pages - page) * 16 * 3_600_000
    const items = Array.from({ length: pageLength }, () => ({ videoId: `video-${Math.floor(random() * 20_000)}` }))
    const slate = SlateRecord.fromPartial({ person, slateId: `${person} ${page}`, requestId: `${page + 1}`, timeMs, items })
    work.push(applySlate(people, slate, page))
    for (const [at, { videoId }] of items.entries()) {
      if (page * pageLength + at < pages * pageLength - watches) continue
      const watch = { person, type: Type.Watch, eventId: `${person} ${page} ${at}`, videoId, watchMs: Math.floor(random() * 40_000) }
      const watchedMs = timeMs + at * 20_000
      work.push(applyEvent(people, EventRecord.fromPartial({ ...watch, timeMs: watchedMs, acceptedMs: watchedMs })))
    }
  }
  await Promise.all(work)
}

async function measureRows(connection: RedisConnection, { asks, videos }: Load): Promise<Figure[]> {
  const rows = new RedisFeatureRows(connection, 'video@1', width)
  const random = seededRandom(5, 6, 7, 8)
  const empty = await used(connection)
  const started = performance.now()
  for (let first = 0; first < videos; first += 1_000) {
    await rows.put(
      Array.from({ length: 1_000 }, (_, n) => ({
        id: `video-${first + n}`,
        // Few are watched by many: a tenth of the numbers have more than a hundred times the median.
        values: Float64Array.from({ length: width }, () => Math.floor(10 ** (random() * 4 - 1))),
        asOfMs: startMs,
        validUntilMs: startMs + 60_000,
      })),
    )
  }
  const perSecond = (videos * 1_000) / (performance.now() - started)
  const bytes = ((await used(connection)) - empty) / videos
  const into = new Float64Array(candidates * width)
  const gathers = await timed(asks, () =>
    rows.gather(
      Array.from({ length: candidates }, () => `video-${Math.floor(random() * videos)}`),
      into,
    ),
  )
  return [
    { name: 'memory of a video', value: bytes, unit: 'bytes', note: `a row of ${width} counts, its key, and its share of the tables` },
    { name: 'rows written, 1,000 at a time', value: perSecond, unit: 'rows/s' },
    ...spread(`rows of ${candidates} videos gathered`, gathers, 5),
  ]
}

/** Bytes in use by all servers. */
async function used({ servers }: RedisConnection): Promise<number> {
  let bytes = 0
  for (const server of servers) bytes += Number(/used_memory:(\d+)/.exec(await server.info('memory'))![1])
  return bytes
}

async function timed(times: number, ask: (n: number) => Promise<unknown>): Promise<number[]> {
  const ms: number[] = []
  // The first ones find nothing compiled.
  for (let n = 0; n < times * 1.1; n++) {
    const started = performance.now()
    await ask(n)
    if (n >= times * 0.1) ms.push(performance.now() - started)
  }
  return ms
}

function spread(name: string, ms: readonly number[], mostMs?: number): Figure[] {
  return [
    { name: `${name}, p50`, value: percentile(ms, 0.5), unit: 'ms' },
    { name: `${name}, p99`, value: percentile(ms, 0.99), unit: 'ms', ...(mostMs === undefined ? {} : { limit: { most: mostMs } }) },
  ]
}
