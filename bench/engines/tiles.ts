import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFlink, startKafka, startRedis } from '../../engines/for-tests.ts'
import { kafkaSettings } from '../../server/src/adapters/kafka/kafka-settings.ts'
import { prepareTileTopics } from '../../server/src/adapters/kafka/tile-topics.ts'
import { systemClock } from '../../server/src/clock.ts'
import { openTileJobs } from '../../server/src/compose/flink.ts'
import { compose, type Vireo } from '../../server/src/compose.ts'
import { type Config, configSchema } from '../../server/src/config.ts'
import { widthOf } from '../../server/src/features/vector/feature-set.ts'
import { feedFeatureSet } from '../../server/src/features/vector/feed-feature-set.ts'
import { allFeedViews, feedViews } from '../../server/src/features/views/feed-views.ts'
import { Video, VideoState } from '../../server/src/generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type, UserVideoEvent } from '../../server/src/generated/vireo/v1/events.ts'
import { createLog } from '../../server/src/log.ts'
import { createMetrics } from '../../server/src/metrics.ts'
import type { Benchmark, Figure, RunOptions } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import { onAllCores } from '../pinning.ts'
import { temporaryFolder } from '../sample.ts'

const patienceMs = 3_600_000
/** Between single events: what they wait for is not each other. */
const pauseMs = 100
const pollMs = 1
const lostMs = 60_000
const catalogueBatch = 500

export const tiles: Benchmark = {
  name: 'tiles',
  about: 'tiles by Flink in a server: from an event that was acknowledged to the vector that counts it, and a server that begins anew',
  async run(options) {
    await using kafka = await onAllCores(() => startKafka({ own: true }))
    await using redis = await onAllCores(() => startRedis({ own: true }))
    await using flink = await onAllCores(() => startFlink({ own: true }))
    const name = `${randomUUID()}.`
    const open = () =>
      openServer({
        kafka: { brokers: kafka.addresses.brokers, topicPrefix: name, partitions: 4, appendTimeoutMs: 600_000, requestTimeoutMs: 60_000 },
        redis: { nodes: redis.addresses.redis, password: redis.credentials.password, prefix: name, timeoutMs: 20_000 },
        flink: { restUrl: flink.addresses.rest, gatewayUrl: flink.addresses.gateway, stateBackend: 'hashmap' },
      })
    return await measure(open, options)
  },
}

/** A server in this process, that takes tiles from topics. */
async function openServer(settings: object): Promise<{ vireo: Vireo; config: Config }> {
  const config = configSchema.parse({
    ...settings,
    features: { tiles: 'topics' },
    lake: { enabled: false },
    models: { enabled: false },
    dataDir: mkdtempSync(join(temporaryFolder(), 'data-')),
  })
  await prepareTileTopics(kafkaSettings(config), allFeedViews, { create: true })
  return { vireo: await compose(config, { clock: systemClock, metrics: createMetrics(), log: createLog('error') }), config }
}

async function measure(open: () => ReturnType<typeof openServer>, { quick, say }: RunOptions): Promise<Figure[]> {
  const views = quick ? [feedViews.video.watches] : allFeedViews
  const [warmUps, events] = quick ? [20, 100] : [100, 500]
  const { config, vireo } = await open()
  const jobs = openTileJobs(config, systemClock, views)
  await jobs.deploy({ withinMs: patienceMs, signal: AbortSignal.timeout(patienceMs), onProgress: say })
  say('single events')
  await addVideos(vireo, warmUps + events)
  const tookMs: number[] = []
  let lost = 0
  for (let number = 0; number < warmUps + events; number++) {
    const took = await counted(vireo, number)
    if (took === undefined) lost++
    else if (number >= warmUps) tookMs.push(took)
    await sleep(pauseMs)
  }
  say('a server that begins anew')
  await vireo.close()
  const began = performance.now()
  const again = await open()
  const seconds = (performance.now() - began) / 1_000
  const behind = Number((await again.vireo.services.operations.status()).tilesBehind)
  await again.vireo.close()
  await jobs.stop([], AbortSignal.timeout(patienceMs))
  const note = `${views.length} views, ${events} events, ${1_000 / pauseMs} a second`
  return [
    {
      name: 'event acknowledged → in the vectors of a server, p50',
      value: percentile(tookMs, 0.5),
      unit: 'ms',
      limit: { most: 100 },
      note,
    },
    {
      name: 'event acknowledged → in the vectors of a server, p99',
      value: percentile(tookMs, 0.99),
      unit: 'ms',
      limit: { most: 500 },
      note,
    },
    { name: 'events that were not there within a minute', value: lost, unit: 'events', limit: { most: 0 } },
    {
      name: 'an empty server has all tiles',
      value: seconds,
      unit: 's',
      note: `of ${warmUps + events} events; ${behind} records behind then`,
    },
  ]
}

const videoOf = (number: number) => `video-${number}`

async function addVideos(vireo: Vireo, count: number): Promise<void> {
  const state = VideoState.VIDEO_STATE_CLEARED
  const videos = Array.from({ length: count }, (_, number) =>
    Video.create({ videoId: videoOf(number), creatorId: 'creator', title: 'Title', contentUrl: 'https://v.example/', state }),
  )
  for (let at = 0; at < count; at += catalogueBatch)
    await vireo.services.catalog.put(videos.slice(at, at + catalogueBatch), AbortSignal.timeout(patienceMs))
}

/** Watches a video for the first time; how long it took from the acknowledgement until its vector has changed, in ms. */
async function counted({ feedParts: { catalog, vectors }, services }: Vireo, number: number): Promise<number | undefined> {
  const slot = catalog.ids.find(videoOf(number))
  const row = new Float32Array(widthOf(feedFeatureSet.itemFeatures))
  const isCounted = () => {
    vectors.gather([slot], systemClock.now(), row)
    return row.some((value) => value > 0)
  }
  if (isCounted()) throw new Error(`${videoOf(number)} was counted before`)
  const event = UserVideoEvent.create({ evtType: Type.Watch, userid: `person-${number % 50}`, videoId: videoOf(number), watchMs: 12_000 })
  const { accepted } = await services.events.accept([event], AbortSignal.timeout(patienceMs))
  if (accepted !== 1) throw new Error(`${videoOf(number)} was not accepted`)
  const acknowledged = performance.now()
  while (!isCounted()) {
    if (performance.now() - acknowledged > lostMs) return undefined
    await sleep(pollMs)
  }
  return performance.now() - acknowledged
}
