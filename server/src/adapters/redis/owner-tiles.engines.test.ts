import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RedisOwnerTiles } from './owner-tiles.ts'
import { redisClusterForTests, redisForTests } from './redis-for-tests.ts'

const tiles = (...bytes: number[]) => Uint8Array.from(bytes)
const dayMs = 86_400_000

for (const [name, redis] of Object.entries({ 'one Redis': await redisForTests(), 'a Redis cluster': await redisClusterForTests() })) {
  const connection = await redis.open()

  test(`${name}: of an owner's tiles those as of the latest time stay, in whatever order they come`, async () => {
    const people = new RedisOwnerTiles(connection, 'people@1', dayMs)
    await people.put([
      { id: 'ann', tiles: tiles(2), asOfMs: 2 },
      { id: 'bob', tiles: tiles(), asOfMs: 1 },
    ])
    await people.put([{ id: 'ann', tiles: tiles(1), asOfMs: 1 }])
    assert.deepEqual([...(await people.get('ann'))!], [2])
    assert.deepEqual([...(await people.get('bob'))!], [])
    assert.equal(await people.get('cid'), undefined)
    await people.put([{ id: 'ann', tiles: tiles(3, 3), asOfMs: 2 }])
    assert.deepEqual([...(await people.get('ann'))!], [3, 3])
  })

  test(`${name}: of thousands each has their own, and is forgotten after a while`, async () => {
    const people = new RedisOwnerTiles(connection, 'many@1', 60_000)
    const ids = Array.from({ length: 3_000 }, (_, n) => `person-${n}`)
    await people.put(ids.map((id, n) => ({ id, tiles: tiles(n % 256, n >> 8), asOfMs: 1 })))
    for (const n of [0, 1, 777, 2_999]) assert.deepEqual([...(await people.get(`person-${n}`))!], [n % 256, n >> 8])
    const keys = (await Promise.all(connection.servers.map((server) => server.keysBuffer(`${connection.prefix}many@1:*`)))).flat()
    assert.equal(keys.length, ids.length)
    const left = await connection.client.pttl(keys[0]!)
    assert.ok(left > 0 && left <= 60_000, `${left} ms`)
  })
}
