import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { newFolder, smallFolder, vireo } from './cli/vireo.ts'

/** Where nobody listens. */
const engines = {
  VIREO_KAFKA_BROKERS: '127.0.0.1:1',
  VIREO_KAFKA_REQUEST_TIMEOUT_MS: '1000',
  VIREO_REDIS_NODES: '127.0.0.1:1',
  VIREO_LAKE_LOCATION: 's3://no-bucket/lake',
  VIREO_S3_ENDPOINT: 'http://127.0.0.1:1',
}

test('a move that can not be made is refused with what is missing, before anything is written', async () => {
  const folder = newFolder()
  const unnamed = await vireo(['migrate', 'to-engines', folder])
  assert.deepEqual(
    [unnamed.code, unnamed.err.split('. ')[0]],
    [2, 'CONFIG_WRONG: The engines are those of the configuration: set kafka.brokers, redis.nodes, lake.location'],
  )
  const empty = await vireo(['migrate', 'to-engines', folder], engines)
  assert.equal(empty.code, 3)
  assert.match(empty.err, /^MIGRATION_SOURCE_MISSING: There is no log in /)
  writeFileSync(join(folder, 'notes.txt'), '')
  const full = await vireo(['migrate', 'to-folder', folder], engines)
  assert.equal(full.code, 3)
  assert.match(full.err, /^MIGRATION_TARGET_NOT_EMPTY: .* is not empty: there is notes\.txt/)
  const unreachable = await vireo(['migrate', 'to-folder', join(newFolder(), 'data'), '--dry-run'], engines)
  assert.equal(unreachable.code, 1)
  assert.match(unreachable.err, /^REDIS_UNAVAILABLE: .*127\.0\.0\.1:1/)
})

test('no server starts on a folder of which the half is still to come', async () => {
  const dataDir = join(newFolder(), 'data')
  assert.equal((await vireo(['import', smallFolder()], { VIREO_DATA_DIR: dataDir })).code, 0)
  writeFileSync(join(dataDir, 'filling'), '')
  const { code, err } = await vireo(['start', '--no-sample'], { VIREO_DATA_DIR: dataDir, VIREO_HTTP_PORT: '0', VIREO_GRPC_PORT: '0' })
  assert.equal(code, 3)
  assert.match(err, /MIGRATION_UNFINISHED: The data folder .* is being filled/)
})
