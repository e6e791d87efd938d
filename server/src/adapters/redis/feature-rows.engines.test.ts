import assert from 'node:assert/strict'
import { test } from 'node:test'
import { featureStoreContract } from '../../ports/feature-store-contract.ts'
import { RedisFeatureRows } from './feature-rows.ts'
import { redisClusterForTests, redisForTests } from './redis-for-tests.ts'

const cluster = await redisClusterForTests()

for (const [name, redis] of Object.entries({ 'one Redis': await redisForTests(), 'a Redis cluster': cluster })) {
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

test('a Redis cluster: rows are found while their slot goes to another server', async () => {
  const connection = await cluster.open()
  const rows = new RedisFeatureRows(connection, 'moving', 1)
  await rows.put([{ id: 'a', values: [7], asOfMs: 1, validUntilMs: 9 }])
  const find = async () => [...(await rows.gather(['a', 'nobody'], new Float64Array(2)))]
  const found = await Promise.all(
    connection.servers.map(async (server) => ({ server, keys: await server.keysBuffer(`${connection.prefix}moving:*`) })),
  )
  const { server: from, keys } = found.find(({ keys }) => keys.length > 0)!
  const to = connection.servers.find((server) => server !== from)!
  const slot = await from.cluster('KEYSLOT', keys[0]!)
  const toId = (await to.cluster('MYID')) as string
  await to.cluster('SETSLOT', slot, 'IMPORTING', (await from.cluster('MYID')) as string)
  await from.cluster('SETSLOT', slot, 'MIGRATING', toId)
  const all = (await from.callBuffer('CLUSTER', 'GETKEYSINSLOT', slot, 10_000)) as Buffer[]
  const { host, port } = to.options
  await from.call('MIGRATE', host!, port!, '', 0, 5_000, 'AUTH', cluster.settings.password, 'KEYS', ...all)
  assert.deepEqual(await find(), [9, 0])
  for (const server of [to, from]) await server.cluster('SETSLOT', slot, 'NODE', toId)
  assert.deepEqual(await find(), [9, 0])
})
