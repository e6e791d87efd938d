import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRedis, startToxiproxy } from '../for-tests.ts'
import { ask } from '../redis/redis-node.ts'
import { NetworkProxy } from './network-proxy.ts'

test('a way to an engine is slow, cut and healed as it is told', async () => {
  await using toxiproxy = await startToxiproxy({ own: true })
  await using redis = await startRedis()
  const proxy = await NetworkProxy.open(toxiproxy.addresses.api, 'redis', redis.addresses.redis)
  const ping = () => ask(proxy.address, redis.credentials.password, 'PING')
  assert.equal(await ping(), '+PONG')
  await proxy.add({ type: 'latency', attributes: { latency: 300 } })
  const started = performance.now()
  assert.equal(await ping(), '+PONG')
  assert.ok(performance.now() - started >= 300)
  await proxy.cut()
  assert.equal(await ping(), undefined)
  await proxy.heal()
  assert.equal(await ping(), '+PONG')
  await proxy.close()
})
