import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { Spark } from '../../engines/spark/spark.ts'
import { dayMs, hourMs } from '../../server/src/clock.ts'
import { sum } from '../../server/src/features/language/aggregation.ts'
import { col, known, lit, mul } from '../../server/src/features/language/expression.ts'
import { defineView, type View } from '../../server/src/features/language/view.ts'
import { compareTiles } from '../../server/src/features/sql/compare-tiles-for-tests.ts'
import { TablesForTests } from '../../server/src/features/sql/tables-for-tests.ts'
import { batchSql } from '../../server/src/features/sql/tiles-sql.ts'
import { otherViews } from '../../server/src/features/sql/views-for-tests.ts'
import { watches } from '../../server/src/features/streams/watches.ts'
import { type AnyRecord, anyRecords, startMs } from '../../server/src/features/streams-for-tests.ts'
import { FeatureTiles } from '../../server/src/features/tiles/feature-tiles.ts'
import { allFeedViews } from '../../server/src/features/views/feed-views.ts'
import { EventRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../server/src/generated/vireo/v1/events.ts'

const views = [...allFeedViews, ...otherViews]
const signal = AbortSignal.timeout(800_000)
const folder = mkdtempSync(join(tmpdir(), 'vireo-spark-'))
let spark: Spark
let tables: TablesForTests
before(async () => {
  spark = Spark.open(folder, signal)
  tables = await TablesForTests.open()
})
after(async () => {
  await spark?.close()
  tables?.close()
  rmSync(folder, { recursive: true })
})

/** The same rows in both. */
async function fill(records: readonly AnyRecord[]): Promise<void> {
  await tables.fill(records)
  for (const table of ['events', 'served']) {
    const file = join(folder, `${table}.parquet`)
    await tables.toParquet(table, file)
    await spark.table(table, file)
  }
}

const nameOf = (view: View) => join(folder, view.name)

/** Tiles of Spark's, as what it wrote. */
const written = (view: View) => `SELECT * FROM '${nameOf(view)}/*.parquet'`

test('tiles of 100,000 records are the same in memory, from DuckDB and from Spark, number for number', async () => {
  await fc.assert(
    fc.asyncProperty(anyRecords({ minLength: 100_000, maxLength: 100_000 }, 30 * hourMs), async (records) => {
      await fill(records)
      const tiles = new FeatureTiles({ views, keepAll: true })
      for (const record of records) {
        if ('event' in record) tiles.event(record.event)
        else tiles.slate(record.slate)
      }
      for (const view of views) await spark.write(batchSql(view, { withEver: true }), nameOf(view))
      const untilMs = startMs + 30 * dayMs
      for (const sqlOf of [batchSql, written]) {
        const compared = await compareTiles({ tiles, views, nowMs: startMs, untilMs, query: tables.query, signal, sqlOf })
        assert.deepEqual(compared.differences, [])
        assert.ok(compared.compared > records.length, `${compared.compared} tiles`)
      }
    }),
    { numRuns: 1, endOnFailure: true },
  )
})

test('a sum beyond 64 bits is an error in each, not another number', async () => {
  const huge = defineView({
    name: 'huge',
    version: 1,
    entity: { video_id: col('video_id') },
    from: watches,
    // One is below 2^63, two are not.
    aggregations: { total: sum(mul(known(col('watch_ms')), lit(2 ** 52)), { meaning: 'much', unit: 'pieces' }) },
    windows: ['1h'],
  })
  const play = (eventId: string) =>
    EventRecord.fromPartial({ type: Type.Watch, person: 'ada', videoId: 'v', timeMs: startMs, watchMs: 2_000, eventId })
  await fill([{ event: play('1') }, { event: play('2') }])
  const tiles = new FeatureTiles({ views: [huge] })
  assert.throws(() => tiles.event(play('1')), { code: 'VIEW_OVERFLOW' })
  await assert.rejects(tables.query(batchSql(huge)).next(), /out of range|[Oo]verflow/)
  await assert.rejects(spark.write(batchSql(huge), nameOf(huge)), /ARITHMETIC_OVERFLOW/)
})
