import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { s3Place } from '../../s3-url.ts'
import { ObjectStore } from './object-store.ts'
import { s3Client } from './s3-client.ts'
import { S3ForTests } from './s3-for-tests.ts'

const source = join(import.meta.dirname, '../..')
const suites = [
  'lake/sink.test.ts',
  'lake/sink-failures.test.ts',
  'lake/killed.test.ts',
  'lake/repair.test.ts',
  'lake/standing.test.ts',
  'lake/sweep.test.ts',
  'lake/derived-table.test.ts',
  'lake/log-retention.test.ts',
  'adapters/embedded/lake-process.test.ts',
  'features/sql/backfill.test.ts',
  'models/watching/lake-watch.test.ts',
  'quality/check-lake.test.ts',
  'quality/volume.test.ts',
  'samples/join-samples.test.ts',
  'samples/label-join.test.ts',
  'samples/export-samples.test.ts',
  'samples/replay/log-imported-pages.test.ts',
]

/** The suites of the lake in a folder, run again with their lakes in an object store. */
describe('with the lake in an object store', () => {
  let s3: S3ForTests
  before(async () => {
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  for (const suite of suites) {
    test(`${suite} holds`, { timeout: 300_000 }, async () => {
      const args = ['--disable-warning=ExperimentalWarning', '--test', '--test-timeout=240000', '--test-reporter=spec', join(source, suite)]
      const place = s3.place(suite)
      // Inside of a test run a run of its own would report to that one.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const child = spawn(process.execPath, args, {
        env: { ...env, LAKE_FOR_TESTS: JSON.stringify(place) },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      const [code] = await once(child, 'close')
      assert.equal(code, 0, said)
      assert.match(said, /ℹ pass [1-9]/)
      const { objects } = await new ObjectStore(s3Client(s3.s3), s3Place(place.url)).list('')
      assert.ok(objects.length > 0, 'its lakes were there')
    })
  }
})
