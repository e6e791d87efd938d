import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Admin } from '@platformatic/kafka'
import { startKafka, startRedis } from '../engines/for-tests.ts'
import { certificateOf } from '../engines/kafka/kafka.ts'
import { vireo } from './cli/vireo.ts'

const kafka = await startKafka()
after(() => kafka[Symbol.asyncDispose]())
const redis = await startRedis()
after(() => redis[Symbol.asyncDispose]())

const secret = 'hunter2hunter2'
const settings = {
  VIREO_HTTP_PORT: '0',
  VIREO_GRPC_PORT: '0',
  VIREO_LAKE_ENABLED: 'false',
  VIREO_KAFKA_BROKERS: kafka.addresses.brokers,
  VIREO_KAFKA_TOPIC_PREFIX: 'refused.',
  VIREO_KAFKA_PARTITIONS: '2',
  VIREO_KAFKA_REQUEST_TIMEOUT_MS: '5000',
  VIREO_REDIS_NODES: redis.addresses.redis,
  VIREO_REDIS_PASSWORD: redis.credentials.password,
}
const secure = {
  VIREO_KAFKA_BROKERS: kafka.addresses.secure,
  VIREO_KAFKA_TLS: 'true',
  VIREO_KAFKA_TLS_CA: certificateOf(kafka.folder),
  VIREO_KAFKA_SASL: 'SCRAM-SHA-512',
  VIREO_KAFKA_USER: kafka.credentials.user,
  VIREO_KAFKA_PASSWORD: secret,
}

const wrong: readonly (readonly [what: string, more: Record<string, string>, told: RegExp])[] = [
  ['no Kafka there', { VIREO_KAFKA_BROKERS: '127.0.0.1:9', VIREO_KAFKA_REQUEST_TIMEOUT_MS: '500' }, /^KAFKA_UNREACHABLE: .*127\.0\.0\.1:9/],
  ['the wrong password for Kafka', secure, /^KAFKA_LOGIN_REFUSED: /],
  [
    'topics that nobody may create',
    { VIREO_KAFKA_CREATE_TOPICS: 'false' },
    /^KAFKA_TOPIC_MISSING: .*kafka-topics\.sh --create --topic refused\.events/,
  ],
  ['no Redis there', { VIREO_REDIS_NODES: '127.0.0.1:9' }, /^REDIS_UNAVAILABLE: .*127\.0\.0\.1:9/],
  ['the wrong password for Redis', { VIREO_REDIS_PASSWORD: secret }, /^REDIS_AUTH_WRONG: .*VIREO_REDIS_PASSWORD/],
  ['no cluster of Redis', { VIREO_REDIS_CLUSTER: 'true' }, /^REDIS_MODE_WRONG: /],
]

for (const [what, more, told] of wrong) {
  test(`a start with ${what} ends at once and says so, without a password`, async () => {
    const { code, err } = await vireo(['start', '--no-sample'], { ...settings, ...more })
    assert.deepEqual([code, told.test(err), err.includes(secret)], [1, true, false], err)
  })
}

test('a start on topics with fewer partitions than configured, or without the one for dead letters, says what to do', async (t) => {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.addresses.brokers] })
  t.after(() => admin.close())
  const configs = (policy: string) =>
    Object.entries({ 'cleanup.policy': policy, 'retention.ms': '-1', 'retention.bytes': '-1' }).map(([name, value]) => ({ name, value }))
  const make = (names: readonly string[], partitions: number, policy = 'delete') =>
    admin.createTopics({ topics: names.map((name) => `few.${name}`), partitions, replicas: 1, configs: configs(policy) })
  await make(['events', 'served', 'features'], 2)
  await make(['catalog', 'control'], 2, 'compact,delete')
  const few = { ...settings, VIREO_KAFKA_TOPIC_PREFIX: 'few.', VIREO_KAFKA_CREATE_TOPICS: 'false' }
  const other = await vireo(['start', '--no-sample'], { ...few, VIREO_KAFKA_PARTITIONS: '12' })
  assert.match(other.err, /^LOG_PARTITIONS: .*has 2 partitions, and kafka\.partitions is 12/)
  const missing = await vireo(['start', '--no-sample'], few)
  assert.match(missing.err, /^KAFKA_TOPIC_MISSING: .*kafka-topics\.sh --create --topic few\.dead-letters/)
  assert.deepEqual([other.code, missing.code], [1, 1])
})

test('a file of certificates that is not there is told before Kafka is asked', async () => {
  const { code, err } = await vireo(['start', '--no-sample'], { ...settings, ...secure, VIREO_KAFKA_TLS_CA: join('nowhere', 'ca.pem') })
  assert.match(err, /^CONFIG_WRONG: .*kafka\.tlsCa/i)
  assert.equal(code, 2)
})
