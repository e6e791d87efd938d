import { randomBytes } from 'node:crypto'
import type { Config } from '../config.ts'
import type { SharedCounts } from '../features/shared/shared-counts.ts'
import type { Log } from '../log.ts'
import type { VideoIds } from '../people/person-codec.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Exclusive } from '../ports/exclusive.ts'
import type { Leases } from '../ports/leases.ts'
import type { PersonStore } from '../ports/person-store.ts'
import type { RemovedSet } from '../ports/removed-set.ts'
import type { DeadLetter } from '../state/dead-letters.ts'

/** What several servers have in common: the log, and what is known of people. */
export interface SharedEngines {
  readonly eventLog: EventLog
  readonly people: PersonStore
  readonly removed: RemovedSet
  readonly exclusive: Exclusive
  readonly leases: Leases
  /** What servers that count tell those that don't. */
  readonly counts: SharedCounts
  /** Where records that could not be applied are kept for all to see. */
  readonly deadLetters: { publish(letter: DeadLetter): void }
  /** What they sign with. */
  readonly secret: string
  close(): Promise<void>
}

/** Whether the configuration names them. */
export const isShared = ({ kafka, redis }: Pick<Config, 'kafka' | 'redis'>): boolean => kafka.brokers !== '' && redis.nodes !== ''

/** Rejects as the opening of Kafka and Redis does. `ids` are the videos that this server knows. */
export async function openSharedEngines(config: Config, ids: VideoIds, log: Pick<Log, 'warn'>): Promise<SharedEngines> {
  await using opened = new AsyncDisposableStack()
  // What speaks to them is loaded by those who use it.
  const [{ openKafkaEventLog }, { DeadLetterTopic }, { kafkaSettings }] = await Promise.all([
    import('./kafka/kafka-event-log.ts'),
    import('./kafka/dead-letter-topic.ts'),
    import('./kafka/kafka-settings.ts'),
  ])
  const [
    { RedisConnection },
    { refuseUnfinished },
    { RedisPeople },
    { RedisRemoved },
    { RedisExclusive },
    { RedisLeases },
    { redisCounts },
  ] = await Promise.all([
    import('./redis/redis-connection.ts'),
    import('./redis/migrating.ts'),
    import('./redis/people.ts'),
    import('./redis/removed.ts'),
    import('./redis/exclusive.ts'),
    import('./redis/leases.ts'),
    import('./redis/shared-counts.ts'),
  ])
  const redis = opened.adopt(await RedisConnection.open(config.redis, (message) => log.warn(message)), (redis) => redis.close())
  await refuseUnfinished(redis)
  const eventLog = opened.adopt(await openKafkaEventLog(kafkaSettings(config)), (eventLog) => eventLog.close())
  const onError = (err: unknown) => log.warn({ err }, 'records that were kept aside are not in their topic yet; it will be tried again')
  const deadLetters = opened.adopt(await DeadLetterTopic.open(kafkaSettings(config), onError), (topic) => topic.close())
  const secret = await redis.secret('tracking-key', randomBytes(32).toString('base64url'))
  const closing = opened.move()
  return {
    eventLog,
    people: new RedisPeople(redis, ids, config.redis.keepDays),
    removed: new RedisRemoved(redis),
    exclusive: new RedisExclusive(redis),
    leases: new RedisLeases(redis),
    counts: redisCounts(redis, config.redis.keepDays, config.features.tiles),
    deadLetters,
    secret,
    close: () => closing.disposeAsync(),
  }
}
