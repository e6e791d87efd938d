import { randomUUID } from 'node:crypto'
import type { startFlink, startKafka } from '../../engines/for-tests.ts'
import { kafkaSettings } from '../../server/src/adapters/kafka/kafka-settings.ts'
import { systemClock } from '../../server/src/clock.ts'
import { openTileJobs, tileJobText } from '../../server/src/compose/flink.ts'
import { type Config, configSchema } from '../../server/src/config.ts'
import type { View } from '../../server/src/features/language/view.ts'
import { otherViews } from '../../server/src/features/sql/views-for-tests.ts'
import { type EventType, eventTypes } from '../../server/src/features/streams/event-stream.ts'
import { feedViews } from '../../server/src/features/views/feed-views.ts'
import type { TileJobs } from '../../server/src/tile-jobs/tile-jobs.ts'

/** Of every stream and aggregation one. */
export const someViews: readonly View[] = [
  feedViews.video.watches,
  feedViews.personCategory.reactions,
  feedViews.length.impressions,
  feedViews.creator.history,
  ...otherViews,
]

export interface Engines {
  readonly kafka: Pick<Awaited<ReturnType<typeof startKafka>>, 'addresses'>
  readonly flink: Pick<Awaited<ReturnType<typeof startFlink>>, 'addresses'>
}

/** The configuration of servers on these engines, with topics of their own. */
export function flinkConfig(
  { kafka, flink }: Engines,
  { topicPrefix = `${randomUUID()}.`, ...others }: Record<string, unknown> = {},
): Config {
  return configSchema.parse({
    kafka: { brokers: kafka.addresses.brokers, topicPrefix, partitions: 3, appendTimeoutMs: 600_000, requestTimeoutMs: 60_000 },
    // Not needed by jobs, but those who share a log share this, too.
    redis: { nodes: '127.0.0.1:1' },
    flink: { restUrl: flink.addresses.rest, gatewayUrl: flink.addresses.gateway, checkpointSeconds: 1, ...others },
  })
}

export const jobsFor = (config: Config, views: readonly View[]): TileJobs => openTileJobs(config, systemClock, views)

/** Those of a version that does not know a type of events. */
export function jobsThatDoNotKnow(type: EventType, config: Config, views: readonly View[]): TileJobs {
  const known = `    WHEN ${eventTypes[type]} THEN '${type}'\n`
  return openTileJobs(config, systemClock, views, (...of) => {
    const { settings, statements } = tileJobText(...of)
    return { settings, statements: statements.map((statement) => statement.replace(known, '')) }
  })
}

export const kafkaOf = kafkaSettings

/** Long enough for machines that do other work as well. */
export const patience = () => ({ withinMs: 300_000, signal: AbortSignal.timeout(600_000) })
