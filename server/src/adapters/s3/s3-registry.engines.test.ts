import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { configSchema } from '../../config.ts'
import { tinyArtifact } from '../../models/artifact-for-tests.ts'
import { manifestDigestName, manifestName } from '../../models/manifest.ts'
import { readManifest } from '../../models/read-manifest.ts'
import { verifyFiles } from '../../models/verify-files.ts'
import type { Registry } from '../../ports/registry.ts'
import { registryContract } from '../../ports/registry-contract.ts'
import { s3Place } from '../../s3-url.ts'
import { openRegistry } from '../registry-place.ts'
import { ObjectStore } from './object-store.ts'
import { putFile } from './put-file.ts'
import { s3Client } from './s3-client.ts'
import { S3ForTests } from './s3-for-tests.ts'

describe('a registry in an object store', () => {
  let s3: S3ForTests
  before(async () => {
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  registryContract('S3', async () => {
    const { store, url } = newStore()
    for (const version of ['1', '2']) await upload(store, version)
    await upload(store, '3', [manifestName, 'parity.json'])
    return { registry: await registryAt(url), other: await registryAt(url) }
  })

  test('the files of a version are fetched once, and again where they were damaged', async () => {
    const { store, url } = newStore()
    await upload(store, '1')
    const dataDir = join(s3.folder, randomUUID())
    const registry = await registryAt(url, dataDir)
    const folder = await registry.folder('feed', '1')
    await verifyFiles(folder, await readManifest(folder), AbortSignal.timeout(60_000))
    await writeFile(join(folder, 'parity.json'), 'damaged')
    assert.equal(await registry.folder('feed', '1'), folder)
    await verifyFiles(folder, await readManifest(folder), AbortSignal.timeout(60_000))
    assert.deepEqual(await readdir(join(dataDir, 'models/attempts')), [])
  })

  test('a version whose files are not as its manifest says is refused by name, and not kept', async () => {
    const { store, url } = newStore()
    await upload(store, '1')
    await store.put('feed/1/parity.json', Buffer.from('{}'))
    const registry = await registryAt(url)
    await assert.rejects(registry.folder('feed', '1'), { code: 'ARTIFACT_FILE_CHANGED', field: 'parity.json' })
    await putFile(store, join(tinyArtifact, 'parity.json'), 'feed/1/parity.json')
    assert.equal(basename(await registry.folder('feed', '1')), '1')
  })

  test('only the versions that were used last stay on this machine, and manifests alone cost no more', async () => {
    const { store, url } = newStore()
    const versions = ['1', '2', '3', '4', '5', '6']
    for (const version of versions) await upload(store, version)
    const dataDir = join(s3.folder, randomUUID())
    const registry = await registryAt(url, dataDir)
    for (const version of versions) assert.deepEqual(await readdir(await registry.manifestFolder('feed', version)), [manifestName])
    for (const version of versions.slice(0, 5)) await registry.folder('feed', version)
    assert.deepEqual((await readdir(join(dataDir, 'models/versions/feed'))).sort(), ['2', '3', '4', '5'])
  })

  test('a damaged choice is named, and so is a bucket that is not there', async () => {
    const { store, url } = newStore()
    await store.put('channels/feed/1.json', Buffer.from('{"revision": 1'))
    await assert.rejects((await registryAt(url)).channel('feed'), { code: 'REGISTRY_UNREADABLE', message: /1\.json is damaged/ })
    await assert.rejects((await registryAt('s3://no-such-bucket/models')).versions('feed'), { code: 'S3_BUCKET_MISSING' })
  })

  function newStore() {
    const url = `s3://${s3.bucket}/models/${randomUUID()}`
    return { store: new ObjectStore(s3Client(s3.s3), s3Place(url)), url }
  }

  function registryAt(registry: string, dataDir = join(s3.folder, randomUUID())): Promise<Registry> {
    return openRegistry({ dataDir, s3: s3.s3, models: { ...configSchema.parse({}).models, registry } })
  }

  /** As a whole, the file that makes it count last, or some of its files. */
  async function upload(store: ObjectStore, version: string, files?: readonly string[]): Promise<void> {
    const all = (await readdir(tinyArtifact)).sort((a, b) => Number(a === manifestDigestName) - Number(b === manifestDigestName))
    for (const file of files ?? all) await putFile(store, join(tinyArtifact, file), `feed/${version}/${file}`)
  }
})
