import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { Catalog } from '../../catalog/catalog.ts'
import { hourMs, minuteMs } from '../../clock.ts'
import { EventRecord } from '../../generated/vireo/record/v1/records.ts'
import { Video } from '../../generated/vireo/v1/catalog.ts'
import { PersonState } from '../../people/person-state.ts'
import type { Leases } from '../../ports/leases.ts'
import { type AnyRecord, anyRecords, startMs } from '../streams-for-tests.ts'
import { DiskForTests } from '../tiles/disk-for-tests.ts'
import { FeatureTiles } from '../tiles/feature-tiles.ts'
import { LoadedOwner } from '../tiles/loaded-owner.ts'
import { FeedVectors, idsOf, type PageContext } from '../vector/feed-vectors.ts'
import { personal } from '../views/entities.ts'
import { allFeedViews } from '../views/feed-views.ts'
import { CountShipper } from './count-shipper.ts'
import { type CountsForTests, countsForTests } from './counts-for-tests.ts'
import { FetchedCounts } from './fetched-counts.ts'

const never = new AbortController().signal
const alone: Leases = { whileHeld: (_, work, signal) => work(signal) }
const deadlineMs = 60_000

/** A server that counts, and one that does not, with the same catalogue. */
class TwoServers {
  readonly catalog = new Catalog({ get: () => undefined, put: () => undefined })
  readonly disk = new DiskForTests()
  readonly tiles = new FeatureTiles({
    views: allFeedViews,
    ids: idsOf(this.catalog),
    personal: { owner: personal, rows: this.disk, cacheMb: 0.002 },
  })
  readonly counting = new FeedVectors(this.tiles, this.catalog)
  readonly clock = { ms: startMs, now: () => this.clock.ms }
  readonly counts: CountsForTests
  readonly fetched: FetchedCounts
  readonly answering: FeedVectors
  readonly shipper: CountShipper

  constructor(records: readonly AnyRecord[], counts = countsForTests(), waitMs = deadlineMs) {
    this.counts = counts
    const { catalog, clock } = this
    for (const record of records) {
      for (const { audioId, categories, creatorId, lengthMs, videoId } of 'event' in record ? [record.event] : record.slate.items) {
        if (videoId === '' || catalog.ids.find(videoId) >= 0) continue
        const named = categories.map((name) => ({ name, confidence: 1, source: '' }))
        catalog.take(Video.fromPartial({ videoId, creatorId, audioId, categories: named, lengthMs: lengthMs ?? 0 }))
      }
    }
    const owners = { person: new LoadedOwner('person'), surface: new LoadedOwner('surface') }
    this.fetched = new FetchedCounts({ counts, owners, catalog, clock, deadlineMs: waitMs, mostCandidates: 1_000 })
    this.answering = new FeedVectors(new FeatureTiles({ views: allFeedViews, ids: idsOf(catalog), loaded: owners }), catalog, this.fetched)
    this.shipper = this.newShipper()
    this.tiles.expire(clock.ms)
  }

  newShipper(): CountShipper {
    const { catalog, clock, counts, disk, tiles } = this
    const onError = (error: unknown) => assert.fail(String(error))
    return new CountShipper({
      tiles,
      catalog,
      counts,
      leases: alone,
      storedPeople: () => disk.rowsOf('tiles_person').keys(),
      clock,
      onError,
    })
  }

  count(record: AnyRecord): void {
    if ('event' in record) this.tiles.event(record.event)
    else this.tiles.slate(record.slate)
  }

  page(person: string, surface = 'main'): PageContext {
    return { person, surface, state: new PersonState(), nowMs: this.clock.ms }
  }

  get slots(): number[] {
    return Array.from({ length: this.catalog.ids.size }, (_, slot) => slot)
  }
}

async function vectorsOf(vectors: FeedVectors, page: PageContext, slots: readonly number[]): Promise<Float32Array> {
  const all = new Float32Array(FeedVectors.personWidth + slots.length * FeedVectors.itemWidth)
  await vectors.ready(page, slots, () => {
    vectors.begin(page, all)
    vectors.candidates(slots, all.subarray(FeedVectors.personWidth))
  })
  return all
}

test('a server that does not count has the vectors of one that does, whatever came and slid out of windows, once it was told', async () => {
  const steps = fc.array(fc.record({ passMs: fc.nat(9 * 24 * hourMs), quickly: fc.boolean(), tells: fc.boolean() }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(anyRecords({ minLength: 1, maxLength: 60 }, 10 * 24 * hourMs), steps, async (records, times) => {
      const servers = new TwoServers(records)
      for (const [at, record] of records.entries()) {
        servers.count(record)
        const { passMs, quickly, tells } = times[at % times.length]!
        servers.clock.ms += quickly ? passMs % minuteMs : passMs
        servers.tiles.expire(servers.clock.ms, at % 7)
        if (at % 5 === 0) servers.disk.save(servers.tiles.tables)
        if (!tells && at < records.length - 1) continue
        await servers.shipper.tell(never)
        // Rows that were fetched a moment ago would still do.
        const { answering, counting, slots } = new ForgetfulReader(servers)
        for (const person of ['a', 'ab', 'nobody']) {
          const page = servers.page(person, at % 2 === 0 ? 'main' : '')
          assert.deepEqual(await vectorsOf(answering, page, slots), await vectorsOf(counting, page, slots))
        }
      }
    }),
    { numRuns: 10 },
  )
})

/** Another server that does not count, which has fetched nothing yet. */
class ForgetfulReader {
  readonly answering: FeedVectors
  readonly counting: FeedVectors
  readonly slots: number[]

  constructor({ catalog, clock, counting, counts, slots }: TwoServers) {
    const owners = { person: new LoadedOwner('person'), surface: new LoadedOwner('surface') }
    const fetched = new FetchedCounts({ counts, owners, catalog, clock, deadlineMs, mostCandidates: 1_000 })
    this.answering = new FeedVectors(new FeatureTiles({ views: allFeedViews, ids: idsOf(catalog), loaded: owners }), catalog, fetched)
    this.counting = counting
    this.slots = slots
  }
}

const [records] = fc.sample(anyRecords({ minLength: 200, maxLength: 200 }, hourMs), { numRuns: 1, seed: 7 }) as [AnyRecord[]]

test('whoever begins to tell goes through what was counted before', async () => {
  const servers = new TwoServers(records)
  for (const record of records) servers.count(record)
  // What changed while nobody told was not noted.
  await servers.newShipper().tell(never)
  const page = servers.page('a')
  assert.deepEqual(await vectorsOf(servers.answering, page, servers.slots), await vectorsOf(servers.counting, page, servers.slots))
})

test('what is lost in the store is told again', async () => {
  const servers = new TwoServers(records)
  for (const record of records) servers.count(record)
  servers.shipper.start()
  const isTold = () => servers.counts.standing.rows.get('standing')?.values[0] === 1
  while (!isTold()) await sleep(10)
  for (const { rows } of [...Object.values(servers.counts.rows), servers.counts.standing]) rows.clear()
  while (!isTold()) await sleep(10)
  await servers.shipper.close()
  const page = servers.page('a')
  assert.deepEqual(await vectorsOf(servers.answering, page, servers.slots), await vectorsOf(servers.counting, page, servers.slots))
})

test('what could not be told is told later', async () => {
  const servers = new TwoServers(records)
  for (const record of records) servers.count(record)
  servers.counts.rows.creator.failing = true
  await assert.rejects(servers.shipper.tell(never), /the store fails/)
  assert.ok(servers.shipper.waiting > 0)
  servers.counts.rows.creator.failing = false
  await servers.shipper.tell(never)
  assert.equal(servers.shipper.waiting, 0)
  const page = servers.page('ab')
  assert.deepEqual(await vectorsOf(servers.answering, page, servers.slots), await vectorsOf(servers.counting, page, servers.slots))
})

test('a page says when nobody has told anything for a while', async () => {
  const servers = new TwoServers(records)
  await vectorsOf(servers.answering, servers.page('a'), [0])
  assert.equal(servers.answering.isBehind, true)
  await servers.shipper.tell(never)
  await sleep(300)
  await vectorsOf(servers.answering, servers.page('a'), [0])
  assert.equal(servers.answering.isBehind, false)
  servers.clock.ms += 10_000
  assert.equal(servers.answering.isBehind, true)
})

test('what comes too late is not waited for, and not used any more', async () => {
  const servers = new TwoServers(records, countsForTests(), 30)
  const { promise, resolve } = Promise.withResolvers<void>()
  servers.counts.rows.video.gate = promise
  let calls = 0
  await assert.rejects(async () => servers.answering.ready(servers.page('a'), [0, 1], () => calls++), {
    code: 'COUNTS_LATE',
    retryable: true,
  })
  resolve()
  await sleep(10)
  assert.equal(calls, 0)
})

test('a page whose candidates were on one a moment before fetches none of them', async () => {
  const servers = new TwoServers(records)
  for (const record of records) servers.count(record)
  await servers.shipper.tell(never)
  await vectorsOf(servers.answering, servers.page('a'), servers.slots)
  const before = servers.counts.rows.video.gathered
  await vectorsOf(servers.answering, servers.page('ab'), servers.slots)
  assert.equal(servers.counts.rows.video.gathered, before)
})

test('a row is fetched anew soon after something has come to it, and no other is', async () => {
  const servers = new TwoServers(records)
  for (const record of records) servers.count(record)
  await servers.shipper.tell(never)
  await vectorsOf(servers.answering, servers.page('a'), servers.slots)
  const { video } = servers.counts.rows
  const before = video.gathered
  servers.fetched.event(EventRecord.fromPartial({ videoId: servers.catalog.ids.id(0) }))
  const again = async () => {
    await vectorsOf(servers.answering, servers.page('a'), servers.slots)
    return video.gathered - before
  }
  assert.equal(await again(), 0)
  while ((await again()) === 0) await sleep(50)
  assert.equal(await again(), 1)
})
