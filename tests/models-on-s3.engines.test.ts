import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { ObjectStore } from '../server/src/adapters/s3/object-store.ts'
import { putFile } from '../server/src/adapters/s3/put-file.ts'
import { s3Client } from '../server/src/adapters/s3/s3-client.ts'
import { S3ForTests } from '../server/src/adapters/s3/s3-for-tests.ts'
import { artifactWith } from '../server/src/models/artifact-for-tests.ts'
import { s3Place } from '../server/src/s3-url.ts'
import { type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const serving = async ({ vireo }: VireoForTests) => (await vireo.services.models.list()).models.find(({ serves }) => serves)?.version

describe('with models.registry in an object store', () => {
  let s3: S3ForTests
  before(async () => {
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  test('a server serves the newest model there until one is chosen, and another server what was chosen', async (t) => {
    const registry = `s3://${s3.bucket}/models`
    for (const [at, version] of ['1', '2'].entries()) await upload(registry, version, at)
    const vireo = await server(t, registry)
    assert.equal(await serving(vireo), '2')
    await vireo.vireo.services.models.use('1')
    assert.equal(await serving(vireo), '1')
    await vireo.put(...videoIds(20))
    await vireo.page('ada')
    assert.deepEqual(
      (await vireo.slates()).map(({ model }) => model),
      ['tiny/1'],
    )
    const other = await server(t, registry)
    assert.equal(await serving(other), '1')
  })

  test('where the bucket is not there, the feed serves without a model', async (t) => {
    const vireo = await server(t, 's3://no-such-bucket/models')
    await vireo.put(...videoIds(20))
    assert.equal((await vireo.feed('ada')).length, 10)
    await assert.rejects(vireo.vireo.services.models.list(), { code: 'S3_BUCKET_MISSING' })
  })

  function server(t: TestContext, registry: string): Promise<VireoForTests> {
    const models = { enabled: true, registry, name: 'tiny', deadlineMs: 20_000, hungMs: 20_000 }
    return vireoForTests(t, { config: { models, s3: s3.s3 } })
  }

  async function upload(registry: string, version: string, createdMs: number): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'vireo-upload-'))
    artifactWith(folder, (manifest) => Object.assign(manifest, { version, createdMs }))
    const store = new ObjectStore(s3Client(s3.s3), s3Place(registry))
    for (const file of readdirSync(folder)) await putFile(store, join(folder, file), `tiny/${version}/${file}`)
    rmSync(folder, { recursive: true })
  }
})
