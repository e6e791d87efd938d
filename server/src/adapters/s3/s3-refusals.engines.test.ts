import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { inspect, promisify } from 'node:util'
import { cacheFolder } from '../../../../engines/folders.ts'
import { systemClock } from '../../clock.ts'
import type { Config } from '../../config.ts'
import { VireoError } from '../../errors.ts'
import { LakeDatabase } from '../../lake/database.ts'
import type { StorePlace } from '../lake-place.ts'
import { lakeOpener } from '../lake-place.ts'
import { S3ForTests } from './s3-for-tests.ts'

const keyNames = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const

describe('an object store that is not to be had is told at once, by what is wrong', () => {
  let s3: S3ForTests
  before(async () => {
    // No role of a machine that this runs on.
    process.env.AWS_EC2_METADATA_DISABLED = 'true'
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  test('a wrong address', async () => {
    for (const endpoint of ['http://127.0.0.1:1', 'http://no-such-host.invalid']) {
      await refused({ ...s3.s3, endpoint }, 'S3_UNAVAILABLE', true)
    }
  })

  test('a wrong key, a wrong secret and none at all', async () => {
    const [id, secret] = keyNames.map((name) => process.env[name]!) as [string, string]
    await withKeys(['nobody', secret], () => refused(s3.s3, 'S3_REFUSED', false))
    await withKeys([id, 'not the secret'], () => refused(s3.s3, 'S3_REFUSED', false))
    await withKeys(undefined, () => refused(s3.s3, 'S3_KEYS_MISSING', false))
  })

  test('a bucket that is not there, or not for these keys', async () => {
    await refused(s3.s3, 'S3_BUCKET_MISSING', false, { url: 's3://no-such-bucket/lake' })
    const [id, secret] = keyNames.map((name) => process.env[name]!) as [string, string]
    const admin = ['admin', '--access', id, '--secret', secret, '--endpoint-url', s3.s3.endpoint]
    const user = ['create-user', '--access', 'reader', '--secret', 'of-the-reader', '--role', 'user']
    await promisify(execFile)(join(cacheFolder, 'versitygw-1.8.0/versitygw'), [...admin, ...user])
    await withKeys(['reader', 'of-the-reader'], () => refused(s3.s3, 'S3_REFUSED', false))
  })

  test('a wrong region', () => refused({ ...s3.s3, region: 'eu-west-1' }, 'S3_REFUSED', false))

  test("an extension of DuckDB that can't be loaded", async () => {
    const lake = await lakeOpener({ ...s3.place(randomUUID()), s3: { ...s3.s3, httpfs: '/no/such.duckdb_extension' } }, systemClock)()
    await assert.rejects(LakeDatabase.open({ lake, memoryMb: 128, tempFolder: lake.scratch('reading') }), {
      code: 'LAKE_EXTENSION_MISSING',
      message: /no\/such\.duckdb_extension/,
    })
  })

  test('DuckDB hands no secret out, and tells of a store that is gone', async () => {
    const place = s3.place(randomUUID())
    const lake = await lakeOpener(place, systemClock)()
    const database = await LakeDatabase.open({ lake, memoryMb: 128, tempFolder: lake.scratch('reading') })
    try {
      const told = inspect(await database.rows('FROM duckdb_secrets()'), { depth: 9 })
      assert.match(told, /secret=redacted/)
      assert.ok(!told.includes(process.env.AWS_SECRET_ACCESS_KEY!))
      const elsewhere = await lakeOpener({ ...place, url: `s3://no-such-bucket/${randomUUID()}` }, systemClock)().catch(() => undefined)
      assert.equal(elsewhere, undefined)
      await assert.rejects(database.rows("FROM read_parquet('s3://no-such-bucket.invalid/file.parquet')"), { code: 'S3_UNAVAILABLE' })
    } finally {
      database.close()
    }
  })

  async function refused(connection: Config['s3'], code: string, retryable: boolean, more: Partial<StorePlace> = {}): Promise<void> {
    const opening = lakeOpener({ ...s3.place(randomUUID()), s3: connection, ...more }, systemClock)()
    await assert.rejects(opening, (error) => {
      assert.ok(error instanceof VireoError)
      assert.deepEqual([error.code, error.retryable], [code, retryable], error.message)
      assert.match(error.message, /s3:\/\//)
      for (const name of keyNames) assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(process.env[name] ?? '\0'))
      return true
    })
  }
})

/** The keys are looked for at the first call of a client. */
async function withKeys(keys: readonly [id: string, secret: string] | undefined, work: () => Promise<void>): Promise<void> {
  const before = keyNames.map((name) => process.env[name])
  for (const [at, name] of keyNames.entries()) {
    if (keys === undefined) delete process.env[name]
    else process.env[name] = keys[at]!
  }
  try {
    await work()
  } finally {
    for (const [at, name] of keyNames.entries()) process.env[name] = before[at]!
  }
}
