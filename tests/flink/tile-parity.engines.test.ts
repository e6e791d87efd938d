import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startFlink, startKafka } from '../../engines/for-tests.ts'
import { otherViews } from '../../server/src/features/sql/views-for-tests.ts'
import { allFeedViews } from '../../server/src/features/views/feed-views.ts'
import { flinkConfig, jobsFor, patience } from './flink-for-tests.ts'
import { TilesUnderTest } from './tiles-under-test.ts'

test('tiles of all views are the same in memory, from DuckDB and from Flink, number for number, of records that come late, twice and changed', async () => {
  await using kafka = await startKafka()
  await using flink = await startFlink()
  const views = [...allFeedViews, ...otherViews]
  const config = flinkConfig({ kafka, flink })
  const jobs = jobsFor(config, views)
  const tiles = await TilesUnderTest.open(config, views)
  try {
    await tiles.write(2_500)
    await jobs.deploy(patience())
    await tiles.write(2_500)
    const compared = await tiles.agree()
    assert.ok(compared > 50_000, `${compared} tiles`)
    await jobs.stop([], patience().signal)
    await tiles.agree()
  } finally {
    await tiles.close()
  }
})
