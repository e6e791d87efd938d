import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openStateDatabase } from '../adapters/embedded/state-database.ts'
import { openKafkaEventLog } from '../adapters/kafka/kafka-event-log.ts'
import { kafkaSettings } from '../adapters/kafka/kafka-settings.ts'
import { lakeOpener, lakePlace } from '../adapters/lake-place.ts'
import { RedisLeases } from '../adapters/redis/leases.ts'
import { isKeptOff, keepOff, letIn } from '../adapters/redis/migrating.ts'
import { RedisPeopleRows } from '../adapters/redis/people-rows.ts'
import { everybodyKey } from '../adapters/redis/person-keys.ts'
import { RedisConnection } from '../adapters/redis/redis-connection.ts'
import { RedisRemoved } from '../adapters/redis/removed.ts'
import { ModelObjects } from '../adapters/s3/model-objects.ts'
import { ObjectStore } from '../adapters/s3/object-store.ts'
import { s3Client } from '../adapters/s3/s3-client.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { VireoError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { KeptText, Side } from '../migration/side.ts'
import { sharedRows } from '../people/row-format.ts'
import { s3Place, s3Url } from '../s3-url.ts'
import { stateNameOf } from './beside.ts'
import { otherThere, sinkOpener, textFile } from './folder-side.ts'

const secretName = 'tracking-key'
/** Who writes the lake says so every second, and is forgotten after four. */
const silentMs = 6_000

/** Kafka, Redis and S3, and what everybody shares in the data folder of a server that uses them, of which the caller has the lock. */
export async function openEngineSide(config: Config, clock: Clock, log: Pick<Log, 'warn'>): Promise<Side> {
  await using opened = new AsyncDisposableStack()
  const { dataDir, kafka, lake: lakeSettings, models, s3 } = config
  const redis = opened.adopt(await RedisConnection.open(config.redis, (message) => log.warn(message)), (redis) => redis.close())
  const eventLog = opened.adopt(await openKafkaEventLog(kafkaSettings(config)), (eventLog) => eventLog.close())
  const lake = opened.adopt(await lakeOpener(lakePlace(config), clock)(), (lake) => lake.close())
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const state = opened.adopt(await openStateDatabase(join(dataDir, stateNameOf(config))), (state) => state.close())
  const closing = opened.move()
  return {
    name: `${kafka.topicPrefix}*, ${config.redis.prefix}*, ${lakeSettings.location}`,
    log: eventLog,
    lake,
    openSink: sinkOpener(config, eventLog, clock),
    rows: sharedRows,
    isStamped: true,
    people: new RedisPeopleRows(redis, config.redis.keepDays),
    state,
    removed: new RedisRemoved(redis),
    secret: secretIn(redis),
    keys: textFile(keysFile(config)),
    models: s3Url.test(models.registry) ? new ModelObjects(new ObjectStore(s3Client(s3), s3Place(models.registry))) : undefined,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** What is there already, in words; keys may be those of the folder that is to be moved. Creates nothing. */
export async function engineContents(config: Config, folder: string): Promise<string[]> {
  await using opened = new AsyncDisposableStack()
  const redis = opened.adopt(await RedisConnection.open(config.redis, () => undefined), (redis) => redis.close())
  const lake = opened.adopt(await lakeOpener(lakePlace(config), systemClock)(), (lake) => lake.close())
  const keys = [secretName, 'removed'].map((name) => `${redis.prefix}${name}`)
  const known = await redis.answer(Promise.all([...keys, everybodyKey(redis.prefix)].map((key) => redis.client.exists(key))))
  const [places, keysOfFolder] = [keysFile(config), join(folder, 'keys.json')]
  return [
    ...((await hasRecords(config)) ? [`records in the topics ${config.kafka.topicPrefix}*`] : []),
    ...(known.some((each) => each > 0) ? [`something in Redis under ${redis.prefix}*`] : []),
    ...((await lake.manifest()).files.length > 0 ? [`a lake in ${config.lake.location}`] : []),
    ...(existsSync(places) && places !== keysOfFolder ? [`a file of keys, ${places}`] : []),
    // Where somebody has begun to fill them, it is of that run.
    ...(existsSync(join(config.dataDir, stateNameOf(config))) && !(await isKeptOff(redis))
      ? [`the state of a server of these engines in ${config.dataDir}`]
      : []),
  ]
}

/** Keeps servers off the engines, or lets them in again. */
export async function guardEngines(config: Config, isWhole: boolean): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const redis = opened.adopt(await RedisConnection.open(config.redis, () => undefined), (redis) => redis.close())
  await (isWhole ? letIn(redis) : keepOff(redis))
}

/** Throws `MIGRATION_SERVERS_RUNNING` where somebody writes the lake. */
export async function refuseRunningServers(config: Config): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const redis = opened.adopt(await RedisConnection.open(config.redis, () => undefined), (redis) => redis.close())
  let isFree = false
  const take = async () => {
    isFree = true
  }
  await new RedisLeases(redis).whileHeld('lake', take, AbortSignal.timeout(silentMs))
  if (isFree) return
  const message = 'a server that uses these engines is running: stop all of them'
  throw new VireoError({ code: 'MIGRATION_SERVERS_RUNNING', message, fault: 'client', retryable: true })
}

async function hasRecords(config: Config): Promise<boolean> {
  try {
    const log = await openKafkaEventLog({ ...kafkaSettings(config), createTopics: false })
    try {
      return (await log.extents()).some(({ end, first }) => end > first)
    } finally {
      await log.close()
    }
  } catch (error) {
    if (config.kafka.createTopics && error instanceof VireoError && error.code === 'KAFKA_TOPIC_MISSING') return false
    throw error
  }
}

const keysFile = ({ api, dataDir }: Config) => (api.keysFile === '' ? join(dataDir, 'keys.json') : api.keysFile)

const secretIn = (redis: RedisConnection): KeptText => ({
  read: async () => (await redis.answer(redis.client.get(`${redis.prefix}${secretName}`))) ?? undefined,
  async write(text) {
    if ((await redis.secret(secretName, text)) !== text) throw otherThere(`${redis.prefix}${secretName}`)
  },
})
