import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { RedisLeases } from './leases.ts'
import { redisForTests } from './redis-for-tests.ts'

const redis = await redisForTests()
const never = new AbortController().signal
const aborted = (signal: AbortSignal): Promise<unknown> => (signal.aborted ? Promise.resolve() : once(signal, 'abort'))

test('one at a time works; the next one begins when it is done', async () => {
  const leases = [1, 2, 3].map(async () => new RedisLeases(await redis.open()))
  let working = 0
  const order: string[] = []
  await Promise.all(
    leases.map(async (opening, n) =>
      (await opening).whileHeld(
        'turns',
        async () => {
          assert.equal(++working, 1)
          order.push(`${n}`)
          await new Promise((resolve) => setTimeout(resolve, 50))
          working--
        },
        never,
      ),
    ),
  )
  assert.deepEqual(order.toSorted(), ['0', '1', '2'])
})

test('what lasts longer than a name is kept is still done by one, until it is told to stop', async () => {
  const [first, second] = [new RedisLeases(await redis.open()), new RedisLeases(await redis.open())]
  const stop = new AbortController()
  const begun = Promise.withResolvers<void>()
  let hasBegun = false
  const working = first.whileHeld(
    'long',
    async (signal) => {
      begun.resolve()
      await aborted(signal)
    },
    stop.signal,
  )
  await begun.promise
  const waiting = second.whileHeld(
    'long',
    async () => {
      hasBegun = true
    },
    never,
  )
  await new Promise((resolve) => setTimeout(resolve, 6_000))
  assert.equal(hasBegun, false)
  stop.abort()
  await Promise.all([working, waiting])
  assert.equal(hasBegun, true)
})

test('who can no longer reach Redis stops, and another takes over', async () => {
  const connection = await redis.open()
  const [cutOff, other] = [new RedisLeases(connection), new RedisLeases(await redis.open())]
  const stop = new AbortController()
  const begun = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  const working = cutOff.whileHeld(
    'cut',
    async (signal) => {
      begun.resolve()
      await aborted(signal)
      stopped.resolve()
    },
    stop.signal,
  )
  await begun.promise
  await connection.close()
  const startedMs = performance.now()
  let tookOverMs = 0
  await other.whileHeld(
    'cut',
    async () => {
      tookOverMs = performance.now() - startedMs
      await stopped.promise
    },
    never,
  )
  assert.ok(tookOverMs < 10_000, `${tookOverMs} ms`)
  stop.abort()
  await working
})

test('a failure of the work is that of the one who holds the name, who lets it go', async () => {
  const leases = new RedisLeases(await redis.open())
  const fails = () => Promise.reject(new Error('broken'))
  await assert.rejects(leases.whileHeld('failing', fails, never), /broken/)
  let isFree = false
  await leases.whileHeld(
    'failing',
    async () => {
      isFree = true
    },
    never,
  )
  assert.ok(isFree)
})
