import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePorts } from '../../../../engines/ports.ts'
import { videosForTests, watch } from '../../ports/person-store-for-tests.ts'
import { RedisPeople } from './people.ts'
import { redisClusterForTests, redisForTests } from './redis-for-tests.ts'

const ids = videosForTests(100)
const single = await redisForTests({ own: true })

test('an address where nothing listens is named at the start', async () => {
  const { port } = await freePorts('port')
  const nodes = `127.0.0.1:${port}`
  const nobody = { code: 'REDIS_UNAVAILABLE', retryable: true, message: new RegExp(`127.0.0.1:${port}`) }
  for (const cluster of [false, true]) await assert.rejects(single.open({ nodes, cluster }), nobody)
  const unknown = { code: 'REDIS_UNAVAILABLE', message: /no-such-host\.invalid/ }
  for (const cluster of [false, true]) await assert.rejects(single.open({ nodes: 'no-such-host.invalid:6379', cluster }), unknown)
})

test('a wrong or missing password is refused at the start, and no message tells one', async () => {
  const cluster = await redisClusterForTests()
  for (const redis of [single, cluster]) {
    for (const password of ['', 'not the password']) {
      const refused = (error: Error & { code?: string; retryable?: boolean }) => {
        assert.deepEqual([error.code, error.retryable], ['REDIS_AUTH_WRONG', false])
        assert.ok(!JSON.stringify([error.message, error, error.cause]).includes('not the password'))
        return true
      }
      await assert.rejects(redis.open({ password }), refused)
    }
  }
  const wrongMode = { code: 'REDIS_MODE_WRONG', retryable: false }
  await assert.rejects(single.open({ cluster: true }), wrongMode)
  await assert.rejects(cluster.open({ cluster: false }), wrongMode)
})

test('a Redis that is full takes no more, says so, and goes on when there is room', async () => {
  const redis = await single.open()
  const people = new RedisPeople(redis, ids, 1)
  await watch(people, 'ada', 1)
  await redis.client.config('SET', 'maxmemory', '1mb')
  await assert.rejects(watch(people, 'ada', 2), { code: 'REDIS_FULL', retryable: true })
  assert.equal((await people.read('ada')).history.count, 1)
  await redis.client.config('SET', 'maxmemory', '0')
  assert.equal(await watch(people, 'ada', 2), true)
})

test('a Redis that may lose people is started with, under a warning', async () => {
  const redis = await single.open()
  const warnings: string[] = []
  for (const [name, value] of [
    ['maxmemory', '1gb'],
    ['maxmemory-policy', 'allkeys-lru'],
    ['appendonly', 'no'],
  ] as const)
    await redis.client.config('SET', name, value)
  await single.open({}, (message) => warnings.push(message))
  for (const [name, value] of [
    ['maxmemory', '0'],
    ['maxmemory-policy', 'noeviction'],
    ['appendonly', 'yes'],
  ] as const)
    await redis.client.config('SET', name, value)
  assert.equal(warnings.length, 2)
  assert.match(warnings[0]!, /appendonly/)
  assert.match(warnings[1]!, /noeviction/)
})

test('a server that has become a replica takes no writes, and none is started with', async () => {
  const redis = await single.open()
  const people = new RedisPeople(redis, ids, 1)
  await watch(people, 'eve', 1)
  const { port } = await freePorts('port')
  await redis.client.replicaof('127.0.0.1', port!)
  await assert.rejects(watch(people, 'eve', 2), { code: 'REDIS_READ_ONLY', retryable: true })
  await assert.rejects(single.open(), { code: 'REDIS_READ_ONLY', retryable: true })
  await redis.client.replicaof('NO', 'ONE')
  assert.equal(await watch(people, 'eve', 2), true)
})

test('a connection that is lost is told once, not at every try', async () => {
  const warnings: string[] = []
  const lost = await redisForTests({ own: true })
  const redis = await lost.open({}, (message) => warnings.push(message))
  await lost.kill()
  while (warnings.length === 0) await redis.client.ping().catch(() => undefined)
  for (let tries = 0; tries < 5; tries++) await redis.client.ping().catch(() => undefined)
  assert.equal(new Set(warnings).size, warnings.length)
  await lost.restart()
  while ((await redis.client.ping().catch(() => undefined)) !== 'PONG') assert.ok(warnings.length < 5)
})

test('whoever is closed has no connection left', async () => {
  const observer = await single.open()
  const name = async () => (await observer.client.client('LIST')) as string
  const redis = await single.open()
  await redis.client.client('SETNAME', 'to-be-closed')
  assert.match(await name(), /to-be-closed/)
  await redis.close()
  assert.doesNotMatch(await name(), /to-be-closed/)
  await assert.rejects(new RedisPeople(redis, ids, 1).read('ada'), { code: 'REDIS_UNAVAILABLE' })
})
