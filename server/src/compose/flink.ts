import { FlinkJobs } from '../adapters/flink/flink-jobs.ts'
import { kafkaProperties, kafkaSecrets } from '../adapters/flink/kafka-properties.ts'
import { kafkaSettings } from '../adapters/kafka/kafka-settings.ts'
import { type Clock, hourMs, minuteMs } from '../clock.ts'
import type { Config } from '../config.ts'
import { VireoError } from '../errors.ts'
import type { View } from '../features/language/view.ts'
import { flinkJob } from '../features/sql/flink.ts'
import { stateHours } from '../features/sql/flink-settings.ts'
import { allFeedViews } from '../features/views/feed-views.ts'
import type { JobText } from '../ports/stream-jobs.ts'
import { TileJobs } from '../tile-jobs/tile-jobs.ts'

/** What the names of jobs begin with; also those of their groups in Kafka. */
export const tileJobsPrefix = ({ kafka }: Pick<Config, 'kafka'>): string => `${kafka.topicPrefix}tiles`

/** What Flink runs to keep the tiles of views, without secrets. Throws `CONFIG_WRONG`. */
export function tileJobText(config: Config, name: string, views: readonly View[], fromMs?: number): JobText {
  const { events, flink, kafka } = config
  if (kafka.brokers === '') throw missing('kafka.brokers', 'tiles are made of a log on Kafka')
  return flinkJob(views, {
    name,
    topicPrefix: kafka.topicPrefix,
    kafka: kafkaProperties(kafkaSettings(config), flink.kafkaBrokers || kafkaSettings(config).brokers.join(',')),
    stateHours: stateHours(events),
    gatherMs: flink.gatherMs,
    checkpointSeconds: flink.checkpointSeconds,
    parallelism: flink.parallelism,
    stateBackend: flink.stateBackend,
    savepoints: flink.savepoints,
    ...(fromMs !== undefined && { fromMs }),
  })
}

/** The jobs of the configured cluster. `jobText` says what is submitted: that of another version, in tests. Throws `CONFIG_WRONG` where none is. */
export function openTileJobs(
  config: Config,
  clock: Clock,
  views: readonly View[] = allFeedViews,
  jobText: typeof tileJobText = tileJobText,
): TileJobs {
  const { restUrl, gatewayUrl } = config.flink
  if (restUrl === '') throw missing('flink.restUrl', 'it names the REST interface of Flink')
  if (gatewayUrl === '') throw missing('flink.gatewayUrl', 'it names the SQL gateway of Flink')
  const settings = kafkaSettings(config)
  return new TileJobs({
    cluster: new FlinkJobs({ restUrl, gatewayUrl }, kafkaSecrets(settings)),
    views,
    prefix: tileJobsPrefix(config),
    textOf: (name, views, fromMs) => jobText(config, name, views, fromMs),
    prepare: async (views) => {
      const { prepareTileTopics } = await import('../adapters/kafka/tile-topics.ts')
      await prepareTileTopics(settings, views, { create: true })
    },
    wholeSince: () => wholeSince(config, clock),
    nowMs: () => clock.now(),
  })
}

/** The log may have let go of what was accepted longer ago than it keeps records: of all that happened later it has everything. */
async function wholeSince(config: Config, clock: Clock): Promise<number | undefined> {
  const { openKafkaEventLog } = await import('../adapters/kafka/kafka-event-log.ts')
  const log = await openKafkaEventLog(kafkaSettings(config))
  try {
    const extents = (await log.extents()).filter(({ topic }) => topic === 'events' || topic === 'served')
    if (extents.every(({ first }) => first === 0)) return undefined
    return clock.now() - config.log.keepHours * hourMs + config.events.maxFutureMinutes * minuteMs
  } finally {
    await log.close()
  }
}

const missing = (setting: string, why: string) =>
  new VireoError({ code: 'CONFIG_WRONG', fault: 'client', retryable: false, message: `${setting} is not set: ${why}` })
