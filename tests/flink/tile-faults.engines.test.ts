import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startFlink, startKafka } from '../../engines/for-tests.ts'
import type { TileJobs } from '../../server/src/tile-jobs/tile-jobs.ts'
import { flinkConfig, jobsFor, patience, someViews } from './flink-for-tests.ts'
import { TilesUnderTest } from './tiles-under-test.ts'

const [kafka, flink] = [await startKafka({ own: true }), await startFlink({ own: true })]
const config = flinkConfig({ kafka, flink })
const jobs: TileJobs = jobsFor(config, someViews)
let tiles: TilesUnderTest
before(async () => {
  tiles = await TilesUnderTest.open(config, someViews)
  await tiles.write(2_000)
  await jobs.deploy(patience())
})
after(async () => {
  await tiles?.close()
  await flink[Symbol.asyncDispose]()
  await kafka[Symbol.asyncDispose]()
})

// One after the other, on one job that goes on.
test('tiles are right after the task manager was killed', async () => {
  assert.ok((await tiles.agree()) > 3_000)
  await flink.kill('task-manager')
  await tiles.write(500)
  await flink.restart()
  await tiles.write(500)
  await tiles.agree()
})

test('tiles are right after Kafka was killed', async () => {
  await tiles.write(500)
  await kafka.kill()
  const writing = tiles.write(500)
  await kafka.restart()
  await writing
  await tiles.agree()
})

test('tiles are right after the job manager was killed, which forgets its jobs, and the job was deployed from its last checkpoint', async () => {
  const [job] = await jobs.list(patience().signal)
  await tiles.write(500)
  await flink.kill('job-manager')
  await tiles.write(500)
  await flink.restart()
  assert.deepEqual(await jobs.list(patience().signal), [])
  await jobs.deploy({ ...patience(), from: job!.details.restorePoint!.path })
  await tiles.write(500)
  await tiles.agree()
})
