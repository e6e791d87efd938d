import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { startKafka, startRedis } from '../engines/for-tests.ts'
import { Level } from '../server/src/generated/vireo/v1/feed.ts'
import { idsOf, ManualClock, problemOf, Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const kafka = await startKafka({ own: true })
after(() => kafka[Symbol.asyncDispose]())
const redis = await startRedis({ own: true })
after(() => redis[Symbol.asyncDispose]())

const name = randomUUID()
const config = {
  kafka: { brokers: kafka.addresses.brokers, topicPrefix: `${name}.`, partitions: 3, appendTimeoutMs: 3_000, requestTimeoutMs: 3_000 },
  redis: { nodes: redis.addresses.redis, password: redis.credentials.password, prefix: `${name}:`, timeoutMs: 1_000 },
  feed: { deadlineMs: 1_000 },
}
const patienceMs = 60_000

/** Asks again and again, as clients do, until it is so. */
async function inTime(what: () => Promise<boolean>): Promise<void> {
  const endsMs = performance.now() + patienceMs
  while (!(await what().catch(() => false))) assert.ok(performance.now() < endsMs, 'it has not recovered')
}

const isWhole = async (vireo: VireoForTests) => {
  const { degraded, level, results } = await vireo.page('eve', { resultPerPage: 1 })
  return degraded.length === 0 && level !== Level.LEVEL_POPULAR && results[0]?.tracking !== ''
}

test('without Redis everybody gets popular videos, events wait, and nothing that was acknowledged is lost', async (t) => {
  const vireo = await vireoForTests(t, { config, clock: new ManualClock() })
  await vireo.put(...videoIds(60))
  await vireo.did('ann', Type.Watch, 'v1', { watchMs: 20_000 })
  const before = await vireo.feed('ann', 5)
  await redis.kill()
  const page = await vireo.page('ann', { resultPerPage: 5 })
  assert.equal(page.level, Level.LEVEL_POPULAR)
  assert.ok(page.degraded.includes('people'))
  assert.equal(page.results.length, 5)
  const refused = await problemOf(vireo.did('ann', Type.Watch, 'v2', { watchMs: 20_000, eventId: 'again' }))
  assert.equal(refused.retryable, true)
  await redis.restart()
  await inTime(() => isWhole(vireo))
  await vireo.did('ann', Type.Watch, 'v2', { watchMs: 20_000, eventId: 'again' })
  const seen = [...before, 'v1', 'v2']
  assert.ok((await vireo.feed('ann', 50)).every((video) => !seen.includes(video)))
})

test('without Kafka feeds go on without tokens, events wait, and takedowns that were acknowledged hold', async (t) => {
  const vireo = await vireoForTests(t, { config, clock: new ManualClock() })
  await vireo.put(...videoIds(60))
  await kafka.kill()
  const page = await vireo.page('bob', { resultPerPage: 5 })
  assert.equal(page.results.length, 5)
  assert.ok(page.degraded.includes('served_slate'))
  assert.ok(page.results.every(({ tracking }) => tracking === ''))
  const next = idsOf(await vireo.page('bob', { resultPerPage: 5 }))
  assert.ok(next.every((video) => !idsOf(page).includes(video)))
  assert.equal((await problemOf(vireo.did('bob', Type.Like, 'v3'))).retryable, true)
  await kafka.restart()
  await inTime(() => isWhole(vireo))
  await vireo.did('bob', Type.Like, 'v3')
})

test('cut off from both, a server does not guess what may be shown', async (t) => {
  const vireo = await vireoForTests(t, { config, clock: new ManualClock() })
  await vireo.put(...videoIds(10))
  await Promise.all([kafka.kill(), redis.kill()])
  await inTime(async () => (await problemOf(vireo.page('cid'))).code === 'REMOVALS_UNKNOWN')
  await Promise.all([kafka.restart(), redis.restart()])
  await inTime(() => isWhole(vireo))
})
