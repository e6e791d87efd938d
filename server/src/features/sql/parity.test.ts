import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { dayMs, hourMs } from '../../clock.ts'
import { EventRecord } from '../../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import { everMs } from '../language/windows.ts'
import { type AnyRecord, anyRecords, startMs } from '../streams-for-tests.ts'
import { DiskForTests } from '../tiles/disk-for-tests.ts'
import { FeatureTiles } from '../tiles/feature-tiles.ts'
import { allFeedViews, feedViews } from '../views/feed-views.ts'
import { compareTiles } from './compare-tiles-for-tests.ts'
import { TablesForTests } from './tables-for-tests.ts'
import { otherViews } from './views-for-tests.ts'

const views = [...allFeedViews, ...otherViews]

let tables: TablesForTests
before(async () => {
  tables = await TablesForTests.open()
})
after(() => tables.close())

const apply = (tiles: FeatureTiles, record: AnyRecord) => ('event' in record ? tiles.event(record.event) : tiles.slate(record.slate))
const compared = (tiles: FeatureTiles, nowMs: number, untilMs: number) =>
  compareTiles({ tiles, views, nowMs, untilMs, query: tables.query, signal: AbortSignal.timeout(60_000) })

/** 10⁵ records and more in all, some of them late by days, ahead, on borders of hops, with unknown parts, and in every case once. */
const runs = { few: { minLength: 1, maxLength: 60, numRuns: 40 }, many: { minLength: 2_500, maxLength: 3_500, numRuns: 36 } }

for (const [name, { numRuns, ...size }] of Object.entries(runs)) {
  test(`tiles made of ${name} records as they come and those that SQL makes of tables are the same, number for number`, async () => {
    let records = 0
    await fc.assert(
      fc.asyncProperty(anyRecords(size, 30 * hourMs), async (all) => {
        records += all.length
        await tables.fill(all)
        const tiles = new FeatureTiles({ views, keepAll: true })
        for (const record of all) apply(tiles, record)
        assert.deepEqual((await compared(tiles, startMs, startMs + 30 * dayMs)).differences, [])
      }),
      { numRuns, endOnFailure: name === 'many' },
    )
    assert.ok(name === 'few' || records >= 100_000, `${records} records`)
  })
}

test('tiles that were folded, saved and read back are the same as far back as they are whole', async () => {
  await fc.assert(
    fc.asyncProperty(anyRecords({ minLength: 200, maxLength: 400 }, 10 * hourMs), fc.nat(4 * dayMs), async (all, passedMs) => {
      await tables.fill(all)
      const disk = new DiskForTests()
      const personal = { owner: 'person', rows: disk, cacheMb: 0.01 }
      const tiles = new FeatureTiles({ views, personal })
      for (const [at, record] of all.entries()) {
        if (at % 50 === 0) tiles.expire(startMs + (passedMs * at) / all.length, 40)
        if (at % 70 === 0) disk.save(tiles.tables)
        apply(tiles, record)
      }
      disk.save(tiles.tables)
      const nowMs = startMs + passedMs
      for (const read of [tiles, new FeatureTiles({ views, personal })]) {
        if (read !== tiles) disk.load(read.tables)
        read.expire(nowMs, 40)
        assert.deepEqual((await compared(read, nowMs, nowMs + dayMs)).differences, [])
      }
    }),
    { numRuns: 15, endOnFailure: true },
  )
})

test('a tile that differs is named with both sides', async () => {
  const event = (fields: object) => ({
    event: EventRecord.fromPartial({ type: Type.Watch, person: 'ada', videoId: 'v', timeMs: startMs, untimed: true, ...fields }),
  })
  const tiles = new FeatureTiles({ views: [feedViews.video.history], keepAll: true })
  const [first, second, third] = [event({ eventId: '1' }), event({ eventId: '2' }), event({ eventId: '3', videoId: 'w' })]
  await tables.fill([first, second])
  for (const { event } of [first, third]) tiles.event(event)
  const result = await compareTiles({
    tiles,
    views: [feedViews.video.history],
    nowMs: startMs,
    untilMs: startMs + dayMs,
    query: tables.query,
    signal: AbortSignal.timeout(10_000),
  })
  const dayStartMs = startMs - (startMs % dayMs)
  const plays = (count: number) => ({ untimed_plays: count, untimed_long_views: 0, untimed_likes: 0 })
  const of = (startMs: number, hopMs: number) => ({ view: 'video_history', hopMs, startMs })
  const [day, ever] = [of(dayStartMs, dayMs), of(0, everMs)]
  assert.deepEqual(result, {
    compared: 4,
    differing: 4,
    differences: [
      { ...day, entity: ['v'], live: plays(1), stored: plays(2) },
      { ...ever, entity: ['v'], live: plays(1), stored: plays(2) },
      { ...day, entity: ['w'], live: plays(1), stored: undefined },
      { ...ever, entity: ['w'], live: plays(1), stored: undefined },
    ],
  })
})

test('what was folded together long ago is compared as well', async () => {
  const plays = ['1', '2'].map((eventId) => ({
    event: EventRecord.fromPartial({ type: Type.Watch, person: 'ada', videoId: 'v', timeMs: startMs, eventId }),
  }))
  const view = feedViews.video.watches
  const tiles = new FeatureTiles({ views: [view] })
  for (const { event } of plays) tiles.event(event)
  const laterMs = startMs + 30 * dayMs
  tiles.expire(laterMs)
  const ofLake = async (records: readonly AnyRecord[]) => {
    await tables.fill(records)
    const signal = AbortSignal.timeout(10_000)
    return compareTiles({ tiles, views: [view], nowMs: laterMs, untilMs: laterMs, query: tables.query, signal })
  }
  assert.deepEqual(await ofLake(plays), { compared: 1, differing: 0, differences: [] })
  const { differences } = await ofLake(plays.slice(1))
  assert.deepEqual(
    differences.map(({ hopMs, live, stored }) => [hopMs, live?.plays, stored?.plays]),
    [[everMs, 2, 1]],
  )
})
