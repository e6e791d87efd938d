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

  test(`${name}: what is no row of this width is no row`, async () => {
    const rows = new RedisFeatureRows(connection, 'narrow', 2)
    await rows.put([{ id: 'a', values: [1, 2], asOfMs: 1, validUntilMs: 9 }])
    for (const width of [1, 3]) {
      const into = new Float64Array(width).fill(7)
      assert.deepEqual(
        [...(await new RedisFeatureRows(connection, 'narrow', width).gather(['a'], into)), ...into],
        new Array(width + 1).fill(0),
      )
    }
    const [key] = await Promise.all(connection.servers.map((server) => server.keysBuffer(`${connection.prefix}narrow:*`))).then((keys) =>
      keys.flat(),
    )
    for (const damaged of [Buffer.from(''), Buffer.from('short'), Buffer.alloc(18, 255)]) {
      await connection.client.set(key!, damaged)
      assert.deepEqual([...(await rows.gather(['a'], new Float64Array(2)))], [0])
    }
  })

  test(`${name}: rows are not waited for longer than there is time`, async () => {
    const hasty = new RedisFeatureRows(await redis.open({ timeoutMs: 50 }), 'video@1', 2)
    for (const node of connection.servers) await node.client('PAUSE', 1_000, 'ALL')
    const started = performance.now()
    await assert.rejects(hasty.gather(['a', 'b', 'c'], new Float64Array(6)), { code: 'REDIS_UNAVAILABLE', retryable: true })
    assert.ok(performance.now() - started < 900)
    for (const node of connection.servers) await node.ping()
  })
}
