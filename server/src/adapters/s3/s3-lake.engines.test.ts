import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../clock.ts'
import { LakeDatabase } from '../../lake/database.ts'
import { emptyManifest, type Lake } from '../../ports/lake.ts'
import { lakeContract } from '../../ports/lake-contract.ts'
import { s3Place } from '../../s3-url.ts'
import { openLakeFolder } from '../embedded/lake-folder.ts'
import { lakeOpener } from '../lake-place.ts'
import { DuckDbAccess } from './duckdb-access.ts'
import { FaultyWay } from './faulty-way-for-tests.ts'
import { ObjectStore } from './object-store.ts'
import { putFile } from './put-file.ts'
import { s3Client } from './s3-client.ts'
import { S3ForTests } from './s3-for-tests.ts'
import { openS3Lake } from './s3-lake.ts'
import { S3Manifests } from './s3-manifests.ts'

describe('a lake in an object store', () => {
  let s3: S3ForTests
  let way: FaultyWay
  before(async () => {
    s3 = await S3ForTests.start()
    way = new FaultyWay(s3.s3.endpoint)
    await way.open()
  })
  after(async () => {
    await way.close()
    await s3[Symbol.asyncDispose]()
  })

  lakeContract('S3', (place) => lakeOpener(s3.place(place), systemClock)())

  test('a damaged manifest is named, and one of a later Vireo is refused', async (t) => {
    const { lake, store } = await opened(t)
    await store.put('manifests/0000000001.json', Buffer.from('{"format":1,"sha256":"","manifest":{}}'))
    await assert.rejects(lake.manifest(), { code: 'LAKE_MANIFEST_BROKEN', message: /manifests\/0000000001\.json/ })
    await store.put('manifests/0000000002.json', Buffer.from('{"format":3}'))
    await assert.rejects(lake.manifest(), { code: 'LAKE_TOO_NEW' })
  })

  test('a reader whose process has died is forgotten after its lease', async (t) => {
    const { lake, place } = await opened(t)
    const httpfs = { file: s3.s3.httpfs, unchecked: true }
    const brief = await openS3Lake({ place: s3Place(place.url), connection: s3.s3, httpfs, scratch: place.scratch, leaseMs: 3_000 })
    await lake.commit({ ...emptyManifest, version: 1 })
    const { store } = stored(place)
    await store.put('pins/1-dead', new Uint8Array())
    const pin = await brief.pin()
    while ((await store.list('pins/')).objects.length > 1) {
      assert.equal(await brief.oldestPin(), 1)
      await sleep(100)
    }
    assert.equal(await brief.oldestPin(), 1, 'the living one stays')
    await pin.release()
    assert.equal(await brief.oldestPin(), undefined)
  })

  test('a file in several parts is put whole', async (t) => {
    const { lake } = await opened(t)
    const content = randomBytes(40 * 2 ** 20)
    await writeFile(lake.scratch('large'), content)
    const expected = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
    assert.deepEqual(await lake.put([{ scratch: lake.scratch('large'), path: 'events/large.parquet' }]), [expected])
    assert.deepEqual(await lake.inspect('events/large.parquet'), expected)
  })

  test('a commit whose answer was lost counts, once', async (t) => {
    const { lake } = await opened(t, way.endpoint)
    way.faults.push({ kind: 'answer lost', method: 'PUT', path: /manifests/ })
    await lake.commit({ ...emptyManifest, version: 1, fence: 7 })
    assert.deepEqual(way.faults, [])
    assert.equal((await lake.manifest()).fence, 7)
    await assert.rejects(lake.commit({ ...emptyManifest, version: 1 }), { code: 'LAKE_CONFLICT' })
  })

  test('what is cut off while it is read is read again, and what is changed on its way is refused', async (t) => {
    const { lake } = await opened(t, way.endpoint)
    const content = randomBytes(2 ** 20)
    const put = async () => {
      await writeFile(lake.scratch('file'), content)
      return lake.put([{ scratch: lake.scratch('file'), path: 'events/file.parquet' }])
    }
    way.faults.push({ kind: 'body changed', method: 'PUT', path: /file/ })
    await assert.rejects(put(), { code: 'S3_UNAVAILABLE', retryable: true })
    assert.equal(await lake.inspect('events/file.parquet'), undefined)
    const [file] = await put()
    way.faults.push({ kind: 'answer cut', method: 'GET', path: /file/, bytes: 100_000 })
    assert.deepEqual(await lake.inspect('events/file.parquet'), file)
    assert.deepEqual(way.faults, [])
  })

  test('the last manifests stay, and older ones once a late commit can no more come', async (t) => {
    const { store } = await opened(t)
    const manifests = new S3Manifests(store, 0)
    const versions = async () => (await store.list('manifests/')).objects.length
    let version = 0
    // The store's clock counts in seconds.
    while ((await versions()) === version) await manifests.commit({ ...emptyManifest, version: ++version })
    assert.ok(version > 20)
    const names = (await store.list('manifests/')).objects.map(({ key }) => Number(/\d+/.exec(key)))
    assert.deepEqual(
      names.slice(-20),
      Array.from({ length: 20 }, (_, at) => version - 19 + at),
    )
  })

  test('a lake in a folder, copied there, is the same lake', async (t) => {
    const { lake, store } = await opened(t)
    const folder = join(s3.folder, randomUUID())
    const before = await openLakeFolder({ folder, clock: systemClock })
    const path = 'events/date=2026-01-15/hour=07/a.parquet'
    await writeFile(before.scratch('a'), 'content')
    const [file] = await before.put([{ scratch: before.scratch('a'), path }])
    await before.commit({ ...emptyManifest, version: 1, derived: { samples: 1 } })
    const names = await readdir(folder, { recursive: true, withFileTypes: true })
    for (const name of names.filter((name) => name.isFile())) {
      const from = join(name.parentPath, name.name)
      await putFile(store, from, relative(folder, from).split(sep).join('/'))
    }
    assert.deepEqual(await lake.manifest(), await before.manifest())
    assert.deepEqual(await lake.inspect(path), file)
  })

  test('keys that expire are told to DuckDB anew', async (t) => {
    const { lake, place } = await opened(t)
    let accessKeyId = 'first'
    const credentials = async () => ({ accessKeyId, secretAccessKey: "it's secret", sessionToken: 'token' })
    const client = { config: { credentials, region: async () => 'us-east-1' } }
    const access = new DuckDbAccess(client, s3Place(place.url), s3.s3, { file: s3.s3.httpfs, unchecked: true })
    assert.equal(await access.get(), await access.get())
    const options = { memoryMb: 128, tempFolder: lake.scratch('reading') }
    const database = await LakeDatabase.open({ lake: { access: () => access.get() }, ...options })
    t.after(() => database.close())
    const told = async () => String((await database.rows('SELECT secret_string FROM duckdb_secrets()'))[0]![0])
    assert.match(await told(), /key_id=first;.*session_token=redacted/)
    accessKeyId = 'second'
    assert.match(await told(), /key_id=second;/)
  })

  async function opened(t: TestContext, endpoint = s3.s3.endpoint) {
    const place = { ...s3.place(randomUUID()), s3: { ...s3.s3, endpoint } }
    const lake: Lake = await lakeOpener(place, systemClock)()
    t.after(() => lake.close())
    return { lake, place, ...stored(place) }
  }

  const stored = ({ url }: { readonly url: string }) => ({ store: new ObjectStore(s3Client(s3.s3), s3Place(url)) })
})
