import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { hourMs, minuteMs } from '../../clock.ts'
import { EventRecord } from '../../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import { LakeWithSamples, servedMs } from '../../samples/samples-for-tests.ts'
import type { View } from '../language/view.ts'
import { type AnyRecord, anyRecords, startMs } from '../streams-for-tests.ts'
import { FeatureTiles } from '../tiles/feature-tiles.ts'
import { allFeedViews, feedViews } from '../views/feed-views.ts'
import { backfill } from './backfill.ts'
import { backfillSql, windowColumn } from './backfill-sql.ts'
import { TablesForTests } from './tables-for-tests.ts'
import { otherViews } from './views-for-tests.ts'

let tables: TablesForTests
before(async () => {
  tables = await TablesForTests.open()
})
after(() => tables.close())

const timeOf = (record: AnyRecord) => ('event' in record ? record.event.timeMs : record.slate.timeMs)
const apply = (tiles: FeatureTiles, record: AnyRecord) => ('event' in record ? tiles.event(record.event) : tiles.slate(record.slate))

interface Request {
  readonly id: number
  readonly timeMs: number
  readonly key: readonly (string | number | null)[]
}

/** Asks at each of the times for some of the keys that there are, and for some that nothing is known of. */
function requestsOf(view: View, records: readonly AnyRecord[], times: readonly number[], seed: number): Request[] {
  const tiles = new FeatureTiles({ views: [view], keepAll: true })
  for (const record of records) apply(tiles, record)
  const keys = [...new Map(Array.from(tiles.tiles(view, startMs), ({ entity }) => [JSON.stringify(entity), entity])).values()]
  const unknown = Object.keys(view.entity).map((name) => (name === 'length_bucket' ? 99 : 'nobody'))
  const missing = Object.keys(view.entity).map(() => null)
  const all = [...keys, unknown, missing]
  return times.map((timeMs, id) => ({ id, timeMs, key: all[(seed + id * 7) % all.length]! }))
}

/** What whoever asks at each time finds, with everything that happened before and nothing else. */
function served(view: View, records: readonly AnyRecord[], requests: readonly Request[]): Map<number, (number | null)[]> {
  const tiles = new FeatureTiles({ views: [view], keepAll: true })
  const reader = tiles.reader<string>(view)
  const values = new Float64Array(reader.width)
  const inOrder = records.toSorted((a, b) => timeOf(a) - timeOf(b))
  const found = new Map<number, (number | null)[]>()
  let next = 0
  for (const { id, key, timeMs } of requests.toSorted((a, b) => a.timeMs - b.timeMs)) {
    while (next < inOrder.length && timeOf(inOrder[next]!) < timeMs) apply(tiles, inOrder[next++]!)
    const [owner, ...others] = key
    const entity = owner === null ? -1 : reader.find(owner!, ...(others as string[]))
    reader.windowValues(entity, timeMs, values)
    found.set(
      id,
      Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
    )
  }
  return found
}

async function backfilled(view: View, requests: readonly Request[], parts: number): Promise<Map<number, (number | null)[]>> {
  await tables.fillRequests(
    Object.keys(view.entity),
    requests.map(({ id, key, timeMs }) => [id, timeMs, ...key]),
  )
  return answersOf(
    view,
    (async function* () {
      for (let part = 0; part < parts; part++) yield* tables.query(backfillSql(view, { part, parts }))
    })(),
  )
}

async function answersOf(view: View, rows: AsyncIterable<readonly (readonly unknown[])[]>): Promise<Map<number, (number | null)[]>> {
  const found = new Map<number, (number | null)[]>()
  const before = 2 + Object.keys(view.entity).length
  for await (const some of rows) {
    for (const [id, ...row] of some) {
      assert.ok(!found.has(Number(id)))
      const values = row.slice(before - 1).map((value) => (value === null ? null : Number(value)))
      found.set(Number(id), values)
    }
  }
  return found
}

for (const view of [...allFeedViews, ...otherViews]) {
  test(`what ${view.name} is filled back with is what serving would have seen at that time`, async () => {
    const anyTimes = fc.array(fc.nat(30 * 60), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(anyRecords({ minLength: 1, maxLength: 200 }, 30 * hourMs), anyTimes, fc.nat(), async (records, minutes, seed) => {
        // At any time, at borders of hops, and at the very ms of records.
        const times = minutes.map((minute, at) => {
          if (at % 3 === 0) return timeOf(records[minute % records.length]!)
          return startMs + minute * minuteMs + (at % 3 === 1 ? 0 : minute * 37)
        })
        const requests = requestsOf(view, records, times, seed)
        await tables.fill(records)
        assert.deepEqual(await backfilled(view, requests, 1 + (seed % 3)), served(view, records, requests))
      }),
      { numRuns: 8, endOnFailure: true },
    )
  })
}

test('columns are the windows of the view in its order', async () => {
  const view = allFeedViews[0]!
  await tables.fill([])
  await tables.fillRequests(Object.keys(view.entity), [[1, startMs, 'v']])
  const windows = view.windows.flatMap((window) => Object.keys(view.aggregations).map((name) => windowColumn(window, name)))
  assert.deepEqual(await tables.columns(backfillSql(view)), ['request_id', 'time_ms', 'video_id', ...windows])
})

test('the lake answers in parts, each request once', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const view = feedViews.video.watches
  const plays = Array.from({ length: 40 }, (_, n) =>
    EventRecord.fromPartial({
      type: Type.Watch,
      person: 'ada',
      eventId: `play-${n}`,
      videoId: `v${n % 7}`,
      timeMs: servedMs + n * minuteMs,
      acceptedMs: servedMs + n * minuteMs,
      watchMs: n * 1_000,
      lengthMs: 20_000,
    }),
  )
  await lake.add(...plays)
  const requests = Array.from({ length: 30 }, (_, id) => ({ id, timeMs: servedMs + id * 90_000, key: [`v${id % 9}`] }))
  const folder = await mkdtemp(join(tmpdir(), 'vireo-backfill-'))
  context.after(() => rm(folder, { recursive: true }))
  await tables.fillRequests(
    ['video_id'],
    requests.map(({ id, key, timeMs }) => [id, timeMs, ...key]),
  )
  const file = join(folder, 'requests.parquet')
  await tables.toParquet('requests', file)
  const into = join(folder, 'into')
  await mkdir(into)
  const signal = AbortSignal.timeout(60_000)
  const written = await backfill({ lake: lake.lake, view, requests: file, into, requestsAtATime: 10, memoryMb: 256, signal })
  assert.equal(written, requests.length)
  assert.deepEqual((await readdir(into)).sort(), ['part-0000.parquet', 'part-0001.parquet', 'part-0002.parquet'])
  const answers = await answersOf(view, tables.query(`FROM read_parquet('${into}/*.parquet')`))
  assert.deepEqual(
    answers,
    served(
      view,
      plays.map((event) => ({ event })),
      requests,
    ),
  )
})
