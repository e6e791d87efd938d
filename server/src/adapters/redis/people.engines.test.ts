import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personStoreContract } from '../../ports/person-store-contract.ts'
import { videosForTests, watch, watchAhead } from '../../ports/person-store-for-tests.ts'
import { RedisPeople } from './people.ts'
import { redisClusterForTests, redisForTests } from './redis-for-tests.ts'

const keepDays = 400
const ids = videosForTests(5_000)
const single = await redisForTests()
const cluster = await redisClusterForTests()

for (const [name, redis] of Object.entries({ 'one Redis': single, 'a Redis cluster': cluster })) {
  const openAt = async (place: string, known = ids) =>
    new RedisPeople(await redis.open({ prefix: `${redis.settings.prefix}${place}:` }), known, keepDays)
  personStoreContract(name, openAt, { isShared: true })
}

test('who has done nothing for as long as people are kept is forgotten', async () => {
  const redis = await single.open()
  const people = new RedisPeople(redis, ids, 2)
  await watch(people, 'ada', 1)
  const leftMs = await redis.client.pttl(`${redis.prefix}person:{ada}`)
  assert.ok(leftMs > 47 * 3_600_000 && leftMs <= 48 * 3_600_000, `${leftMs} ms`)
})

test('a server that has forgotten the scripts is given them again', async () => {
  const redis = await single.open()
  const people = new RedisPeople(redis, ids, keepDays)
  await watch(people, 'bob', 1)
  await redis.client.script('FLUSH')
  assert.equal(await watch(people, 'bob', 2), true)
})

test('a person whose row is damaged is named with the key, and nobody else fails', async () => {
  const redis = await single.open()
  const people = new RedisPeople(redis, ids, keepDays)
  const named = { code: 'PERSON_UNREADABLE', retryable: false, message: /person:\{damaged\}/ }
  // Eight bytes of revision, then no message at all, and one that has what was seen without its times.
  const seenAlone = Buffer.from([...new Array(8).fill(1), 0x0a, 4, 1, 2, 3, 4, 0x12, 4, 1, 2, 3, 4])
  for (const damaged of [Buffer.alloc(40, 255), seenAlone]) {
    await redis.client.set(`${redis.prefix}person:{damaged}`, damaged)
    await assert.rejects(people.read('damaged'), named)
    await assert.rejects(watch(people, 'damaged', 1), named)
  }
  assert.equal(await watch(people, 'sound', 1), true)
})

test('what one process waits for longer than its time fails, is to be tried again, and counts once', async () => {
  const redis = await single.open()
  const hasty = new RedisPeople(await single.open({ timeoutMs: 100 }), ids, keepDays)
  await watch(hasty, 'eve', 1)
  await redis.client.client('PAUSE', 1_500, 'ALL')
  const started = performance.now()
  const hung = { code: 'REDIS_UNAVAILABLE', retryable: true }
  await Promise.all([assert.rejects(watch(hasty, 'eve', 2), hung), assert.rejects(hasty.read('eve'), hung)])
  assert.ok(performance.now() - started < 1_400, 'answered before Redis went on')
  await redis.client.ping()
  const patient = new RedisPeople(redis, ids, keepDays)
  await watch(patient, 'eve', 2)
  const { history, recentEvents } = await patient.read('eve')
  assert.deepEqual([history.count, recentEvents.count], [2, 2])
})

for (const kind of ['one Redis', 'a Redis cluster']) {
  test(`${kind} that is killed loses nothing acknowledged, and is used again without hands`, async () => {
    const redis = kind === 'one Redis' ? await redisForTests({ own: true }) : await redisClusterForTests()
    const people = new RedisPeople(await redis.open({ timeoutMs: 5_000 }), ids, keepDays)
    const done = new Set<number>()
    let failed = 0
    let isOver = false
    let next = 0
    const send = async () => {
      while (!isOver && next < ids.size) {
        const n = next++
        await watch(people, `p${n % 7}`, n).then(
          () => done.add(n),
          ({ code }: { code: string }) => {
            assert.equal(code, 'REDIS_UNAVAILABLE')
            failed++
          },
        )
      }
    }
    const senders = Array.from({ length: 4 }, send)
    while (done.size < 50) await watch(people, 'waiting', 1)
    await redis.kill()
    const before = done.size
    await redis.restart()
    while (done.size < before + 50 && next < ids.size) await watch(people, 'waiting', 1).catch(() => undefined)
    isOver = true
    await Promise.all(senders)
    assert.ok(done.size > before, `${done.size} done, ${before} of them before, ${failed} failed`)
    const states = await Promise.all(Array.from({ length: 7 }, (_, n) => people.read(`p${n}`)))
    for (const n of done) assert.ok(states[n % 7]!.seen.knows(ids.find(`v${n}`)), `v${n}`)
  })
}

test('a row is the same whether a change was made ahead or not', async () => {
  const redis = await single.open()
  const people = new RedisPeople(redis, ids, keepDays)
  for (let n = 0; n < 40; n++) {
    await watch(people, 'asked', (n * 7) % 30)
    await watchAhead(people, ids, 'ahead', (n * 7) % 30)
  }
  const [asked, ahead] = await Promise.all(['asked', 'ahead'].map((person) => redis.client.getBuffer(`${redis.prefix}person:{${person}}`)))
  assert.deepEqual(ahead!.subarray(8), asked!.subarray(8))
})
