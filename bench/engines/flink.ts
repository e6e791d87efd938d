import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFlink, startKafka } from '../../engines/for-tests.ts'
import { openSqliteEventLog } from '../../server/src/adapters/embedded/sqlite-event-log.ts'
import { FollowedTiles } from '../../server/src/adapters/kafka/followed-tiles-for-tests.ts'
import { openKafkaEventLog } from '../../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaSettings } from '../../server/src/adapters/kafka/kafka-settings.ts'
import { systemClock } from '../../server/src/clock.ts'
import { openTileJobs } from '../../server/src/compose/flink.ts'
import { type Config, configSchema } from '../../server/src/config.ts'
import type { View } from '../../server/src/features/language/view.ts'
import { allFeedViews, feedViews } from '../../server/src/features/views/feed-views.ts'
import { EventRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../server/src/generated/vireo/v1/events.ts'
import { hash64 } from '../../server/src/hash.ts'
import type { EventLog, NewRecord } from '../../server/src/ports/event-log.ts'
import type { TileJobs } from '../../server/src/tile-jobs/tile-jobs.ts'
import type { Benchmark, Figure, RunOptions } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import { onAllCores } from '../pinning.ts'
import { withSample } from '../sample.ts'
import { firsts, TileDigests } from './tile-digests.ts'

const patienceMs = 3_600_000
/** Between single events: what they wait for is not each other. */
const pauseMs = 100
const recordsAnAppend = 500
/** What was read has to be counted and written. */
const settleMs = 180_000

export const flink: Benchmark = {
  name: 'flink',
  about: 'tiles by Flink: from an event in the log to its tile in Kafka, and the sample, held against what memory counts',
  async run(options) {
    await using kafka = await onAllCores(() => startKafka({ own: true }))
    await using flink = await onAllCores(() => startFlink({ own: true }))
    const config = (gatherMs: number) =>
      configSchema.parse({
        kafka: { brokers: kafka.addresses.brokers, topicPrefix: `${randomUUID()}.`, partitions: 12, appendTimeoutMs: 600_000 },
        redis: { nodes: '127.0.0.1:1' },
        flink: { restUrl: flink.addresses.rest, gatewayUrl: flink.addresses.gateway, gatherMs, stateBackend: 'hashmap' },
      })
    const fresh = await measureFreshness(config(20), options)
    // All of the sample comes at once: what changes often is gathered for longer.
    return [...fresh, ...(await measureSample(config(1_000), options))]
  },
}

/** From the acknowledgement of the log to the tile in its topic, with the views of the feed. */
async function measureFreshness(config: Config, { quick, say }: RunOptions): Promise<Figure[]> {
  const views = quick ? [feedViews.video.watches] : allFeedViews
  const log = await openKafkaEventLog(kafkaSettings(config))
  const jobs = openTileJobs(config, systemClock, views)
  await deployed(jobs, say)
  const sentMs = new Map<string, number>()
  const tookMs: number[] = []
  const tiles = await FollowedTiles.open(kafkaSettings(config), [feedViews.video.watches], (_view, { video_id: video }) => {
    const sent = sentMs.get(video as string)
    // An event changes a tile of each hop: the first to come tells.
    if (sent !== undefined) tookMs.push(performance.now() - sent)
    sentMs.delete(video as string)
  })
  const send = async (number: number) => {
    await log.append([watched(`video-${number}`, `person-${number % 50}`)])
    sentMs.set(`video-${number}`, performance.now())
  }
  say('single events')
  const [warmUps, events] = quick ? [20, 50] : [200, 1_000]
  for (let number = 0; number < warmUps + events; number++) {
    if (number === warmUps) tookMs.length = 0
    await send(number)
    await sleep(pauseMs)
  }
  const limit = performance.now() + 60_000
  while (sentMs.size > 0 && performance.now() < limit) await sleep(pauseMs)
  await tiles.close()
  await jobs.stop([], AbortSignal.timeout(patienceMs))
  await log.close()
  const note = `${views.length} views, ${events} events, ${1_000 / pauseMs} a second`
  return [
    { name: 'event in the log → its tile in Kafka, p50', value: percentile(tookMs, 0.5), unit: 'ms', limit: { most: 100 }, note },
    { name: 'event in the log → its tile in Kafka, p99', value: percentile(tookMs, 0.99), unit: 'ms', limit: { most: 500 }, note },
    { name: 'events whose tile did not come within a minute', value: sentMs.size, unit: 'events', limit: { most: 0 } },
  ]
}

const watched = (video: string, person: string): NewRecord => {
  const timeMs = Date.now()
  const event = { type: Type.Watch, person, eventId: randomUUID(), videoId: video, creatorId: 'creator', categories: ['1', '2'] }
  const value = EventRecord.encode(
    EventRecord.fromPartial({ ...event, lengthMs: 20_000, watchMs: 12_000, surface: 'main', timeMs }),
  ).finish()
  return { topic: 'events', key: person, timeMs, value }
}

/** The sample's log through Flink: a share of its people with all views, in full everybody with one view of each kind. */
async function measureSample(config: Config, { full, quick, say }: RunOptions): Promise<Figure[]> {
  const views: readonly View[] = full ? [feedViews.video.watches, feedViews.category.reactions, feedViews.length.impressions] : allFeedViews
  const oneOf = full ? 1 : quick ? 400 : 64
  const log = await openKafkaEventLog(kafkaSettings(config))
  say(`the log of ${full ? 'everybody' : `one of ${oneOf} people`} into Kafka`)
  const records = await withSample(say, async (dataDir) => copied(`${dataDir}/log.sqlite`, log, oneOf))
  const jobs = openTileJobs(config, systemClock, views)
  await deployed(jobs, say)
  const began = performance.now()
  const tiles = await TileDigests.open(kafkaSettings(config), views)
  say(`${records.length} records`)
  const signal = AbortSignal.timeout(patienceMs)
  for (let pending = true; pending; await sleep(1_000)) {
    const [job] = await jobs.list(signal)
    pending = job!.details.behind !== 0
  }
  const seconds = (performance.now() - began) / 1_000
  say('compared with memory')
  const { compared, differing } = await tiles.compare(records, settleMs)
  await jobs.stop([], signal)
  await log.close()
  await tiles.close()
  const note = `${views.length} views, ${full ? 'the whole sample' : `one of ${oneOf} people of the sample`}`
  return [
    {
      name: 'records of the sample through Flink',
      value: records.length / seconds,
      unit: '/s',
      note: `${note}; from its first checkpoint on`,
    },
    { name: 'tiles', value: compared, unit: 'tiles', note },
    { name: 'tiles that differ from those in memory', value: differing, unit: 'tiles', limit: { most: 0 } },
  ]
}

/** Returns the records that count: some were sent twice. */
async function copied(file: string, into: EventLog, oneOf: number): Promise<NewRecord[]> {
  const isFirst = firsts()
  const from = await openSqliteEventLog({ file })
  const taken: NewRecord[] = []
  try {
    for (const extent of await from.extents()) {
      if (extent.topic !== 'events' && extent.topic !== 'served') continue
      for await (const records of from.read({ ...extent, offset: extent.first }, AbortSignal.timeout(patienceMs))) {
        const chosen = records.filter(({ key }) => hash64(key).high % oneOf === 0)
        for (let at = 0; at < chosen.length; at += recordsAnAppend) await into.append(chosen.slice(at, at + recordsAnAppend))
        for (const record of chosen) if (isFirst(record)) taken.push(record)
        if (records.at(-1)!.offset + 1 >= extent.end) break
      }
    }
  } finally {
    await from.close()
  }
  return taken
}

async function deployed(jobs: TileJobs, say: (what: string) => void): Promise<void> {
  await jobs.deploy({ withinMs: patienceMs, signal: AbortSignal.timeout(patienceMs), onProgress: say })
}
