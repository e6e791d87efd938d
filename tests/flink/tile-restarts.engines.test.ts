import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFlink, startKafka } from '../../engines/for-tests.ts'
import { flinkConfig, jobsFor, jobsThatDoNotKnow, patience, someViews } from './flink-for-tests.ts'
import { TilesUnderTest } from './tiles-under-test.ts'

const [kafka, flink] = [await startKafka(), await startFlink()]
const config = flinkConfig({ kafka, flink })
const jobs = jobsFor(config, someViews)
let tiles: TilesUnderTest
before(async () => {
  tiles = await TilesUnderTest.open(config, someViews)
  await tiles.write(1_000)
  await jobs.deploy(patience())
})
after(async () => {
  await tiles?.close()
  await flink[Symbol.asyncDispose]()
  await kafka[Symbol.asyncDispose]()
})

// One after the other, on one job that goes on.
test('tiles are right after the job was stopped, and deployed again with what had come meanwhile', async () => {
  const [stopped] = await jobs.stop([], patience().signal)
  await tiles.write(1_000)
  const { from } = await jobs.deploy(patience())
  assert.equal(from, stopped!.savepoint)
  await tiles.agree()
})

test('tiles are right after an upgrade while records come', async () => {
  const more = jobsFor({ ...config, flink: { ...config.flink, checkpointSeconds: 2 } }, someViews)
  const [[upgraded]] = await Promise.all([more.upgrade([], patience()), tiles.write(1_000)])
  assert.match(upgraded!.from!, /savepoint/)
  await tiles.agree()
})

test('tiles are right after the job read the whole log anew', async () => {
  await jobs.stop([], patience().signal)
  await tiles.write(500)
  const { from } = await jobs.deploy({ ...patience(), anew: true })
  assert.equal(from, undefined)
  await tiles.agree()
})

test('what an older version did not know, and was passed over, is counted once when a job that knows it reads the log anew', async () => {
  await jobs.stop([], patience().signal)
  const older = jobsThatDoNotKnow('like', config, someViews)
  await older.deploy({ ...patience(), anew: true })
  await tiles.write(500)
  const { signal } = patience()
  while ((await older.list(signal))[0]?.details.behind !== 0) await sleep(200, undefined, { signal })
  await older.stop([], signal)
  await jobs.deploy({ ...patience(), anew: true })
  await tiles.agree()
})
