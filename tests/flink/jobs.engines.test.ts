import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startFlink, startKafka } from '../../engines/for-tests.ts'
import { certificateOf } from '../../engines/kafka/kafka.ts'
import type { View } from '../../server/src/features/language/view.ts'
import { otherViews } from '../../server/src/features/sql/views-for-tests.ts'
import { feedViews } from '../../server/src/features/views/feed-views.ts'
import { vireo } from '../cli/vireo.ts'
import { flinkConfig, jobsFor, patience } from './flink-for-tests.ts'
import { TilesUnderTest } from './tiles-under-test.ts'

const [kafka, flink] = [await startKafka({ own: true }), await startFlink()]
after(async () => {
  await flink[Symbol.asyncDispose]()
  await kafka[Symbol.asyncDispose]()
})

const settings = (topicPrefix: string, others: Record<string, string> = {}) => ({
  VIREO_KAFKA_BROKERS: kafka.addresses.brokers,
  VIREO_KAFKA_TOPIC_PREFIX: topicPrefix,
  VIREO_KAFKA_PARTITIONS: '3',
  VIREO_REDIS_NODES: '127.0.0.1:1',
  VIREO_FLINK_REST_URL: flink.addresses.rest,
  VIREO_FLINK_GATEWAY_URL: flink.addresses.gateway,
  VIREO_FLINK_CHECKPOINT_SECONDS: '1',
  ...others,
})
const patienceMs = 600_000
const flinkCommand = (args: readonly string[], env: Record<string, string>) => vireo(['flink', ...args], env, undefined, patienceMs)
const views = ['length_impressions_v1']

test('a job is deployed once, tells how it is, stops with a savepoint, goes on from it, and is upgraded', async () => {
  const env = settings(`${randomUUID()}.`)
  const deployed = await flinkCommand(['deploy', '--views', 'length_impressions', '--json'], env)
  assert.equal(deployed.code, 0, deployed.err)
  const { name } = JSON.parse(deployed.out)
  assert.deepEqual(JSON.parse(deployed.out).views, views)
  assert.match(deployed.err, /reading the log from its beginning/)

  const again = await flinkCommand(['deploy', '--views', 'length_impressions'], env)
  assert.deepEqual([again.code, again.err.slice(0, again.err.indexOf(':'))], [3, 'FLINK_JOB_RUNS'])

  const [status] = JSON.parse((await flinkCommand(['status', '--json'], env)).out)
  assert.deepEqual([status.name, status.state, status.views, status.details.running], [name, 'RUNNING', views, status.details.tasks])

  const [stopped] = JSON.parse((await flinkCommand(['stop', '--json'], env)).out)
  assert.equal((await flinkCommand(['stop'], env)).code, 3)
  const resumed = JSON.parse((await flinkCommand(['deploy', '--views', 'length_impressions', '--json'], env)).out)
  assert.deepEqual([resumed.name, resumed.from], [name, stopped.savepoint])

  const upgraded = await flinkCommand(['upgrade', name], env)
  assert.equal(upgraded.code, 0, upgraded.err)
  await flinkCommand(['stop'], env)
})

test('an upgrade whose state does not fit is taken back, and the job counts on as before', async (t) => {
  const view: View = feedViews.length.watches
  const config = flinkConfig({ kafka, flink })
  const jobs = jobsFor(config, [view])
  const tiles = await TilesUnderTest.open(config, [view])
  t.after(() => tiles.close())
  await tiles.write(200)
  await jobs.deploy(patience())
  await tiles.agree()
  const { greatest } = otherViews[0]!.aggregations
  const changed = jobsFor(config, [{ ...view, aggregations: { ...view.aggregations, greatest: greatest! } }])
  await assert.rejects(changed.upgrade([], { ...patience(), withinMs: 60_000 }), { code: 'FLINK_UPGRADE_FAILED' })
  await tiles.write(200)
  await tiles.agree()
  assert.deepEqual(
    (await jobs.list(patience().signal)).map(({ state }) => state),
    ['RUNNING'],
  )
  await jobs.stop([], patience().signal)
})

test('a job reads and writes over TLS with a password, which neither the script nor the cluster shows', async () => {
  const { user, password } = kafka.credentials
  const env = settings(`${randomUUID()}.`, {
    VIREO_KAFKA_BROKERS: kafka.addresses.secure,
    VIREO_KAFKA_TLS: 'true',
    VIREO_KAFKA_TLS_CA: certificateOf(kafka.folder),
    VIREO_KAFKA_SASL: 'SCRAM-SHA-512',
    VIREO_KAFKA_USER: user,
    VIREO_KAFKA_PASSWORD: password,
  })
  const script = await flinkCommand(['sql', '--views', 'length_impressions'], env)
  assert.match(script.out, /ScramLoginModule required username="vireo" password="\{kafka\.password\}"/)
  const deployed = await flinkCommand(['deploy', '--views', 'length_impressions', '--json'], env)
  assert.equal(deployed.code, 0, deployed.err)
  const job = `${flink.addresses.rest}/jobs/${JSON.parse(deployed.out).id}`
  const shown = await Promise.all([job, `${job}/config`, `${job}/plan`].map(async (url) => (await fetch(url)).text()))
  for (const text of [script.out, deployed.out, deployed.err, ...shown]) assert.ok(!text.includes(password))
  await flinkCommand(['stop'], env)
})

test('what is not there, or not as it should be, is told before anything is started', async () => {
  const env = settings(`${randomUUID()}.`)
  const wrong: readonly (readonly [args: readonly string[], env: Record<string, string>, code: number, message: RegExp])[] = [
    [['deploy', '--views', 'nothing'], {}, 3, /^VIEW_INVALID: There is no view nothing/m],
    [['upgrade'], {}, 3, /^FLINK_JOB_UNKNOWN: /m],
    [['status'], { VIREO_FLINK_REST_URL: 'http://127.0.0.1:9' }, 1, /^FLINK_UNREACHABLE: .*127\.0\.0\.1:9/m],
    [['deploy'], { VIREO_FLINK_REST_URL: '' }, 2, /^CONFIG_WRONG: Flink\.restUrl is not set/im],
    [['sql'], { VIREO_KAFKA_BROKERS: '', VIREO_REDIS_NODES: '' }, 2, /^CONFIG_WRONG: Kafka\.brokers is not set/im],
    [
      ['deploy', '--views', 'length_impressions'],
      { VIREO_KAFKA_TLS: 'true', VIREO_KAFKA_TLS_CA: join('/', 'nowhere') },
      2,
      /^CONFIG_WRONG: Kafka\.tlsCa/im,
    ],
    [
      ['deploy', '--views', 'length_impressions', '--from', 'file:/nowhere', '--within', '60'],
      {},
      1,
      /^FLINK_(REFUSED|JOB_FAILED): .*nowhere/m,
    ],
  ]
  for (const [args, others, code, message] of wrong) {
    const ended = await flinkCommand(args, { ...env, ...others })
    assert.match(ended.err, message)
    assert.equal(ended.code, code, ended.err)
  }
})
