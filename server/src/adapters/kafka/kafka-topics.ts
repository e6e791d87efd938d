import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, type ClusterMetadata, ConfigResourceTypes } from '@platformatic/kafka'
import { hourMs } from '../../clock.ts'
import { VireoError } from '../../errors.ts'
import { compactedTopics, type Topic, topics } from '../../ports/event-log.ts'
import { is, refused, within } from './kafka-errors.ts'
import { type KafkaOptions, nameOf } from './kafka-options.ts'

// The lake, and whoever follows the log, have so long to read a record before a newer one of its key takes its place.
const compactionLagMs = 96 * hourMs
// From so many copies on, one may be missing while records are taken.
const safeReplicas = 3
const pollMs = 50

/** What a topic must be like. Records go when Vireo lets go of them, not with time: an import has times of long ago. */
const required = (topic: Topic): Readonly<Record<string, string>> => ({
  'cleanup.policy': compactedTopics.has(topic) ? 'compact,delete' : 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'message.timestamp.type': 'CreateTime',
})

/** What a topic is created with beyond that. */
const created = (topic: Topic, replicas: number): Readonly<Record<string, string>> => ({
  ...(compactedTopics.has(topic) && { 'min.compaction.lag.ms': `${compactionLagMs}` }),
  ...(replicas >= safeReplicas && { 'min.insync.replicas': `${replicas - 1}` }),
  'message.timestamp.after.max.ms': '9223372036854775807',
})

/** Creates the topics that are missing, if it may, and throws what is wrong with those that are there. */
export async function prepareTopics(admin: Admin, options: KafkaOptions): Promise<void> {
  const present = new Set(await within(options.requestTimeoutMs, 'asking for the topics', admin.listTopics()))
  for (const topic of topics) {
    if (present.has(nameOf(options, topic))) continue
    if (!options.createTopics) throw missing(options, topic)
    await create(admin, options, topic)
  }
  const names = topics.map((topic) => nameOf(options, topic))
  checkPartitions(await led(admin, options, names), options)
  await checkConfigs(admin, options)
}

async function create(admin: Admin, options: KafkaOptions, topic: Topic): Promise<void> {
  const configs = Object.entries({ ...required(topic), ...created(topic, options.replicas) }).map(([name, value]) => ({ name, value }))
  const replicas = options.replicas === 0 ? -1 : options.replicas
  try {
    const creating = admin.createTopics({ topics: [nameOf(options, topic)], partitions: options.partitions, replicas, configs })
    await within(options.requestTimeoutMs, `creating the topic ${nameOf(options, topic)}`, creating)
  } catch (error) {
    // Several start at the same time.
    if (is(error, ['TOPIC_ALREADY_EXISTS'])) return
    if (!is(error, ['INVALID_REPLICATION_FACTOR', 'INVALID_CONFIG', 'POLICY_VIOLATION'])) throw error
    const { message } = error as Error
    throw refused('KAFKA_TOPIC_REFUSED', `${message}; set kafka.replicas, or create it with: ${command(options, topic)}`, error)
  }
}

/** The topics when each partition has a leader, which takes a moment after their creation. */
export async function led(admin: Admin, options: KafkaOptions, names: readonly string[]): Promise<ClusterMetadata> {
  const limit = AbortSignal.timeout(options.requestTimeoutMs)
  for (;;) {
    try {
      const asking = admin.metadata({ topics: [...names], forceUpdate: true })
      const metadata = await within(options.requestTimeoutMs, 'asking for the topics', asking)
      if ([...metadata.topics.values()].every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return metadata
    } catch (error) {
      if (limit.aborted) throw error
    }
    limit.throwIfAborted()
    await sleep(pollMs)
  }
}

function checkPartitions(metadata: ClusterMetadata, options: KafkaOptions): void {
  for (const topic of topics) {
    const name = nameOf(options, topic)
    const found = metadata.topics.get(name)!.partitionsCount
    if (found === options.partitions) continue
    const message = `the topic ${name} has ${found} partitions, and kafka.partitions is ${options.partitions}; what has been written lies by the former`
    throw new VireoError({
      code: 'LOG_PARTITIONS',
      message: `${message}, so set kafka.partitions to it`,
      fault: 'server',
      retryable: false,
    })
  }
}

async function checkConfigs(admin: Admin, options: KafkaOptions): Promise<void> {
  const resources = topics.map((topic) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName: nameOf(options, topic),
    configurationKeys: Object.keys(required(topic)),
  }))
  const described = await within(options.requestTimeoutMs, 'asking for the settings of topics', admin.describeConfigs({ resources }))
  for (const topic of topics) {
    const name = nameOf(options, topic)
    const configs = described.find(({ resourceName }) => resourceName === name)!.configs
    for (const [key, wanted] of Object.entries(required(topic))) {
      const found = configs.find((config) => config.name === key)?.value ?? ''
      if (sorted(found) === sorted(wanted)) continue
      const change = `kafka-configs.sh --alter --entity-type topics --entity-name ${name} --add-config ${key}=[${wanted}]`
      throw refused('KAFKA_TOPIC_WRONG', `the topic ${name} has ${key}=${found}, but must have ${key}=${wanted}; set it with: ${change}`)
    }
  }
}

const sorted = (list: string) => list.split(',').toSorted().join()

function missing(options: KafkaOptions, topic: Topic): VireoError {
  const message = `the topic ${nameOf(options, topic)} is missing, and kafka.createTopics is false; create it with: ${command(options, topic)}`
  return refused('KAFKA_TOPIC_MISSING', message)
}

function command(options: KafkaOptions, topic: Topic): string {
  const configs = Object.entries({ ...required(topic), ...created(topic, safeReplicas) }).map(([key, value]) => `--config ${key}=${value}`)
  const name = nameOf(options, topic)
  return [
    'kafka-topics.sh --create',
    `--topic ${name}`,
    `--partitions ${options.partitions}`,
    `--replication-factor ${safeReplicas}`,
    ...configs,
  ].join(' ')
}
