import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newEventId } from '../src/event-id.ts'
import { MemoryEventStore, type RefusedEvent, type SentEvent, type Vireo } from '../src/main.ts'
import { keepsEvents, kept } from './event-store-scenario.ts'
import { arrived, clientForTests, Network, serverForTests } from './server-for-tests.ts'

const soon = () => AbortSignal.timeout(60_000)
const sentIds = (network: Network) => network.to('/v1/events').map(({ body }) => body.events.map((event: SentEvent) => event.eventId))

/** Tracks likes of v0, v1, …; gives their ids. */
const likes = (vireo: Vireo, count: number) => Array.from({ length: count }, (_, n) => vireo.track('Like', { videoId: `v${n % 30}` }))

test('an event is on its way when track returns, and joins the feed it came from', async (t) => {
  const { server, url } = await serverForTests(t)
  const vireo = clientForTests(t, { url })
  const { results } = await vireo.feed()
  const beforeMs = Date.now()
  const eventId = vireo.track('Watch', results[2]!, { watchMs: 1_234 })
  assert.equal(vireo.waiting, 1)
  await vireo.flush(soon())
  assert.equal(vireo.waiting, 0)
  const [event] = await server.events()
  const { videoId, creatorId } = results[2]!
  assert.deepEqual(
    [event!.person, event!.eventId, event!.videoId, event!.creatorId, event!.watchMs, event!.position],
    ['ada', eventId, videoId, creatorId, 1_234, 2],
  )
  assert.ok(event!.timeMs >= beforeMs && event!.timeMs <= Date.now())
})

test('events whose acknowledgement was lost are sent again by the same ids and count once', async (t) => {
  const { server, url } = await serverForTests(t)
  const network = new Network()
  network.lostAnswers = 2
  const vireo = clientForTests(t, { url, fetch: network.fetch })
  const ids = likes(vireo, 5)
  await vireo.flush(soon())
  assert.deepEqual(sentIds(network), [ids, ids, ids])
  assert.deepEqual((await server.events()).map(({ eventId }) => eventId).toSorted(), ids.toSorted())
})

test('many events travel in batches, in the order of time', async (t) => {
  const { server, url } = await serverForTests(t)
  const network = new Network()
  let nowMs = Date.now()
  const vireo = clientForTests(t, { url, fetch: network.fetch, clock: () => nowMs++, batchMs: 60_000 })
  const ids = likes(vireo, 120)
  await vireo.flush(soon())
  assert.deepEqual(sentIds(network), [ids.slice(0, 50), ids.slice(50, 100), ids.slice(100)])
  assert.equal((await server.events()).length, 120)
})

test('without a network events wait; nothing is lost when it comes back', async (t) => {
  const { server, url } = await serverForTests(t)
  const network = new Network()
  network.isDown = true
  const errors: unknown[] = []
  const vireo = clientForTests(t, { url, fetch: network.fetch, onError: (error) => errors.push(error) })
  likes(vireo, 7)
  await assert.rejects(vireo.flush(AbortSignal.timeout(50)), { name: 'TimeoutError' })
  assert.equal(vireo.waiting, 7)
  assert.equal((errors[0] as { code: string }).code, 'SERVER_UNREACHABLE')
  network.isDown = false
  // By itself: nobody asks for it.
  while (vireo.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal((await server.events()).length, 7)
})

test('what the server refuses for good is reported with its reason, and the others arrive', async (t) => {
  const { server, url } = await serverForTests(t)
  const refused: RefusedEvent[] = []
  const vireo = clientForTests(t, { url, onRefused: (rows) => refused.push(...rows) })
  const unknown = vireo.track('Like', { videoId: 'none' })
  likes(vireo, 3)
  // Not whole: such a body is refused before its rows are looked at.
  const halves = [1.5, 2.5].map((watchMs) => vireo.track('Watch', { videoId: 'v1' }, { watchMs }))
  likes(vireo, 3)
  await vireo.flush(soon())
  assert.deepEqual(
    refused.map(({ event, code, field }) => [event.eventId, code, field]).toSorted(),
    [[unknown, 'UNKNOWN_VIDEO', 'video_id'], ...halves.map((id) => [id, 'MALFORMED_BODY', 'events[0].watchMs'])].toSorted(),
  )
  assert.equal((await server.events()).length, 6)
})

test('a full queue lets the oldest go, and says so', async (t) => {
  const { server, url } = await serverForTests(t)
  const network = new Network()
  network.isDown = true
  let nowMs = Date.now()
  const refused: RefusedEvent[] = []
  const onRefused = (rows: readonly RefusedEvent[]) => refused.push(...rows)
  const vireo = clientForTests(t, { url, fetch: network.fetch, queueSize: 3, clock: () => nowMs++, onRefused })
  const ids = likes(vireo, 5)
  await assert.rejects(vireo.flush(AbortSignal.timeout(50)))
  assert.deepEqual(
    refused.map(({ event, code }) => [event.eventId, code]),
    [
      [ids[0], 'QUEUE_FULL'],
      [ids[1], 'QUEUE_FULL'],
    ],
  )
  assert.equal(vireo.waiting, 3)
  network.isDown = false
  await vireo.flush(soon())
  assert.deepEqual((await server.events()).map(({ eventId }) => eventId).toSorted(), ids.slice(2).toSorted())
})

test('a clock that runs ahead costs the time of events, not the events', async (t) => {
  const { server, url } = await serverForTests(t)
  const refused: RefusedEvent[] = []
  const dayAhead = () => Date.now() + 86_400_000
  const vireo = clientForTests(t, { url, clock: dayAhead, onRefused: (rows) => refused.push(...rows) })
  likes(vireo, 3)
  await vireo.flush(soon())
  const events = await server.events()
  assert.deepEqual([events.length, refused.length], [3, 0])
  for (const { timeMs } of events) assert.ok(timeMs <= Date.now())
})

test('a key that is refused loses nothing', async (t) => {
  const errors: unknown[] = []
  const received: unknown[] = []
  let isWrong = true
  const network: typeof fetch = async (_, init) => {
    assert.equal(new Headers(init!.headers).get('authorization'), 'Bearer vk_x')
    if (isWrong) return Response.json({ error: { code: 'KEY_WRONG', retryable: false } }, { status: 401 })
    received.push(...JSON.parse(String(init!.body)).events)
    return Response.json({})
  }
  const vireo = clientForTests(t, { key: 'vk_x', fetch: network, onError: (error) => errors.push(error) })
  likes(vireo, 2)
  await assert.rejects(vireo.flush(AbortSignal.timeout(50)))
  assert.equal((errors[0] as { code: string }).code, 'KEY_WRONG')
  isWrong = false
  await vireo.flush(soon())
  assert.equal(received.length, 2)
})

test('one client serves many persons over one queue', async (t) => {
  const { server, url } = await serverForTests(t)
  const network = new Network()
  const vireo = clientForTests(t, { userid: '', url, fetch: network.fetch, batchMs: 60_000 })
  const [ben, eve] = [vireo.as('ben'), vireo.as('eve')]
  ben.track('Like', { videoId: 'v1' })
  eve.track('Follow', { creatorId: 'by-v2' })
  await vireo.flush(soon())
  assert.equal(network.calls.length, 1)
  assert.deepEqual((await server.events()).map(({ person }) => person).toSorted(), ['ben', 'eve'])
  const pages = [await ben.feed({ count: 10 }), await eve.feed({ count: 10 })]
  assert.deepEqual(
    pages.map(({ pageNumber }) => pageNumber),
    [0, 0],
  )
})

test('an event that comes while the store is found empty does not wait for another', async (t) => {
  const { server, url } = await serverForTests(t)
  const reading = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  class SlowStore extends MemoryEventStore {
    override async read(count: number, nowMs: number) {
      const rows = await super.read(count, nowMs)
      reading.resolve()
      await released.promise
      return rows
    }
  }
  const vireo = clientForTests(t, { url, storage: new SlowStore() })
  await reading.promise
  vireo.track('Like', { videoId: 'v1' })
  // Its own timer passes meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 50))
  released.resolve()
  assert.equal((await arrived(server, 1)).length, 1)
})

test('closing sends what waits; after that nothing is taken', async (t) => {
  const { server, url } = await serverForTests(t)
  const vireo = clientForTests(t, { url, batchMs: 60_000 })
  likes(vireo, 4)
  await vireo.close()
  assert.equal((await server.events()).length, 4)
  assert.throws(() => vireo.track('Like', { videoId: 'v1' }), { code: 'CLOSED' })
})

test('a store in memory keeps events by id, the oldest first, up to a bound', async () => {
  assert.deepEqual(await keepsEvents(new MemoryEventStore()), kept)
})

test('ids of events sort by time and are never the same', () => {
  const times = fc.array(fc.integer({ min: 0, max: 2 ** 48 - 1 }), { minLength: 2, maxLength: 20 })
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  fc.assert(
    fc.property(times, (unsorted) => {
      const sorted = [...new Set(unsorted)].toSorted((a, b) => a - b)
      const ids = sorted.map(newEventId)
      assert.deepEqual(ids.toSorted(), ids)
      for (const id of ids) assert.match(id, pattern)
      assert.notEqual(newEventId(sorted[0]!), newEventId(sorted[0]!))
    }),
  )
})
