import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { startKafka, startRedis, startToxiproxy } from '../engines/for-tests.ts'
import { NetworkProxy } from '../engines/toxiproxy/network-proxy.ts'
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

test('a slow Redis holds no page up, and events sent again when it is fast count once', async (t) => {
  await using toxiproxy = await startToxiproxy({ own: true })
  const way = await NetworkProxy.open(toxiproxy.addresses.api, 'redis', redis.addresses.redis)
  const slowed = { ...config, redis: { ...config.redis, nodes: way.address, timeoutMs: 2_000 } }
  const vireo = await vireoForTests(t, { config: slowed, clock: new ManualClock() })
  await vireo.put(...videoIds(60))
  await way.add({ type: 'latency', attributes: { latency: 5_000 } })
  const first = await vireo.page('dan')
  assert.ok(first.degraded.includes('people'))
  // Now it is known to be slow: a page waits for less than one answer of it would take.
  const started = performance.now()
  assert.equal((await vireo.page('dan')).level, Level.LEVEL_POPULAR)
  assert.ok(performance.now() - started < 3_000)
  const watch = vireo.event('dan', Type.Watch, 'v5', { watchMs: 20_000, eventId: 'slow' })
  assert.equal((await problemOf(vireo.send(watch))).retryable, true)
  await way.heal()
  await inTime(() => isWhole(vireo))
  await inTime(async () => {
    const { accepted, duplicates } = await vireo.send(watch)
    return accepted + duplicates === 1
  })
  assert.equal((await vireo.send(watch)).duplicates, 1)
  await inTime(async () => (await vireo.stats('v5')).watchCount > 0)
  assert.equal((await vireo.stats('v5')).watchCount, 1)
})

test('a log whose network is reset goes on by itself, with every acknowledged event once', async (t) => {
  await using toxiproxy = await startToxiproxy({ own: true })
  const way = await NetworkProxy.open(toxiproxy.addresses.api, 'kafka', kafka.addresses.around, kafka.addresses.aroundAs)
  const around = { ...config, kafka: { ...config.kafka, brokers: way.address } }
  const vireo = await vireoForTests(t, { config: around, clock: new ManualClock() })
  await vireo.put(...videoIds(20))
  await way.add({ type: 'reset_peer', attributes: { timeout: 20 } })
  const events = Array.from({ length: 5 }, (_, n) =>
    vireo.event('fay', Type.Watch, `v${10 + n}`, { watchMs: 20_000, eventId: `reset ${n}` }),
  )
  const sending = events.map((event) => inTime(async () => (await vireo.send(event)).refused.length === 0))
  await way.cut()
  await way.heal()
  await Promise.all(sending)
  await inTime(() => isWhole(vireo))
  for (const { videoId } of events) {
    await inTime(async () => (await vireo.stats(videoId)).watchCount > 0)
    assert.equal((await vireo.stats(videoId)).watchCount, 1)
  }
})
