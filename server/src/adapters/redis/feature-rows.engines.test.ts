import assert from 'node:assert/strict'
import { test } from 'node:test'
import { featureStoreContract } from '../../ports/feature-store-contract.ts'
import { RedisFeatureRows } from './feature-rows.ts'
import { redisClusterForTests, redisForTests } from './redis-for-tests.ts'

for (const [name, redis] of Object.entries({ 'one Redis': await redisForTests(), 'a Redis cluster': await redisClusterForTests() })) {
  const connection = await redis.open()
  featureStoreContract(name, async (place, width) => new RedisFeatureRows(connection, place, width))

  test(`${name}: rows of another set of features are other rows`, async () => {
    const [older, newer] = [new RedisFeatureRows(connection, 'video@1', 2), new RedisFeatureRows(connection, 'video@2', 3)]
    await older.put([{ id: 'a', values: [1, 2], asOfMs: 1, validUntilMs: 9 }])
    assert.deepEqual([...(await newer.gather(['a'], new Float64Array(3)))], [0])
    assert.deepEqual([...(await older.gather(['a'], new Float64Array(2)))], [9])
  })

  test(`${name}: rows are not waited for longer than there is time`, async () => {
    const hasty = new RedisFeatureRows(await redis.open({ timeoutMs: 50 }), 'video@1', 2)
    const nodes = 'nodes' in connection.client ? connection.client.nodes('master') : [connection.client]
    for (const node of nodes) await node.client('PAUSE', 1_000, 'ALL')
    const started = performance.now()
    await assert.rejects(hasty.gather(['a', 'b', 'c'], new Float64Array(6)), { code: 'REDIS_UNAVAILABLE', retryable: true })
    assert.ok(performance.now() - started < 900)
    for (const node of nodes) await node.ping()
  })
}
