import { Admin } from '@platformatic/kafka'
import { VireoError } from '../../errors.ts'
import type { View } from '../../features/language/view.ts'
import { recentMs, recentTopicOf, tileTopicsOf } from '../../features/tiles/tile-topics.ts'
import { is, kafkaError, refused, within } from './kafka-errors.ts'
import { clientOptions, closed, type KafkaOptions } from './kafka-options.ts'
import { led } from './kafka-topics.ts'

const shared = {
  'message.timestamp.type': 'CreateTime',
  // A tile changes often while its time lasts, and a server that starts reads all of it.
  'segment.ms': `${6 * 3_600_000}`,
  'min.cleanable.dirty.ratio': '0.2',
}
/** The newest record of a tile stays: servers begin with it. */
const settings = { ...shared, 'cleanup.policy': 'compact', 'retention.ms': '-1' }
const recentSettings = { ...shared, 'cleanup.policy': 'compact,delete', 'retention.ms': `${recentMs}`, 'retention.bytes': '-1' }

/** Hundreds of partitions that were just made take their time. */
const leadersMs = 60_000

/**
 * Sees to it that there are topics for the tiles of each view: creates those that are missing, if it is to. Throws
 * `KAFKA_TOPIC_MISSING`, `LOG_PARTITIONS`, `KAFKA_TOPIC_REFUSED`, and as Kafka fails.
 */
export async function prepareTileTopics(
  options: KafkaOptions,
  views: readonly Pick<View, 'name' | 'version' | 'windows'>[],
  { create }: { readonly create: boolean },
): Promise<void> {
  const admin = new Admin(clientOptions(options))
  const ask = <Result>(doing: string, asking: Promise<Result>) => within(options.requestTimeoutMs, doing, asking)
  const names = views.flatMap((view) => tileTopicsOf(view, options.topicPrefix))
  const recent = new Set(views.map((view) => recentTopicOf(view, options.topicPrefix)))
  try {
    const present = new Set(await ask('asking for the topics', admin.listTopics()))
    const missing = names.filter((name) => !present.has(name))
    if (missing.length > 0 && !create) {
      const others = missing.length > 1 ? ` and ${missing.length - 1} others` : ''
      throw refused('KAFKA_TOPIC_MISSING', `the topic ${missing[0]}${others} of tiles is missing; \`vireo flink deploy\` makes it`)
    }
    for (const name of missing)
      await ask(`creating the topic ${name}`, created(admin, name, recent.has(name) ? recentSettings : settings, options))
    const { topics } = await led(admin, { ...options, requestTimeoutMs: Math.max(options.requestTimeoutMs, leadersMs) }, names)
    for (const name of names) check(name, topics.get(name)!.partitionsCount, options)
  } catch (error) {
    throw kafkaError('preparing the topics of tiles', error)
  } finally {
    await closed(admin.close())
  }
}

async function created(
  admin: Admin,
  name: string,
  settings: Readonly<Record<string, string>>,
  { partitions, replicas }: KafkaOptions,
): Promise<void> {
  const configs = Object.entries(settings).map(([name, value]) => ({ name, value }))
  try {
    await admin.createTopics({ topics: [name], partitions, replicas: replicas === 0 ? -1 : replicas, configs })
  } catch (error) {
    // Another one made it at the same time.
    if (is(error, ['TOPIC_ALREADY_EXISTS'])) return
    if (!is(error, ['INVALID_REPLICATION_FACTOR', 'INVALID_CONFIG', 'POLICY_VIOLATION'])) throw error
    throw refused('KAFKA_TOPIC_REFUSED', `${(error as Error).message}; set kafka.replicas`, error)
  }
}

function check(name: string, found: number, { partitions }: KafkaOptions): void {
  if (found === partitions) return
  const message = `the topic ${name} has ${found} partitions, and kafka.partitions is ${partitions}`
  throw new VireoError({ code: 'LOG_PARTITIONS', fault: 'server', retryable: false, message })
}
