import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removedSetContract } from '../../ports/removed-set-contract.ts'
import { redisClusterForTests, redisForTests } from './redis-for-tests.ts'
import { RedisRemoved } from './removed.ts'

const single = await redisForTests({ own: true })
for (const [name, redis] of Object.entries({ 'one Redis': single, 'a Redis cluster': await redisClusterForTests() })) {
  removedSetContract(name, async (place) => new RedisRemoved(await redis.open({ prefix: `${redis.settings.prefix}${place}:` })))
}

test('what was removed stays so when Redis is killed; while it is away nobody is told that a page is clean', async () => {
  const removed = new RedisRemoved(await single.open({ timeoutMs: 500 }))
  await removed.add(['b'])
  await single.kill()
  const unknown = { code: 'REDIS_UNAVAILABLE', retryable: true }
  await assert.rejects(removed.among(['a', 'b']), unknown)
  await assert.rejects(removed.add(['a']), unknown)
  await single.restart()
  const again = new RedisRemoved(await single.open())
  assert.deepEqual(await again.among(['b']), new Set(['b']))
})
