import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { s3Place } from '../../s3-url.ts'
import { ObjectStore } from './object-store.ts'
import { s3Client } from './s3-client.ts'
import { S3ForTests } from './s3-for-tests.ts'
import { S3Snapshots } from './s3-snapshots.ts'

const about = { vireo: '1', positions: [{ topic: 'events', partition: 0, offset: 7 }] } as const

describe('snapshots in an object store', () => {
  let s3: S3ForTests
  before(async () => {
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  const snapshots = (name: string) => new S3Snapshots(new ObjectStore(s3Client(s3.s3), s3Place(`s3://${s3.bucket}/${name}`)))
  const folder = () => mkdtempSync(join(s3.folder, 'snapshot-'))

  test('files of any size come back as they were', async () => {
    const [here, there] = [folder(), folder()]
    const contents = { empty: Buffer.alloc(0), small: Buffer.from('a state'), large: randomBytes(40 * 2 ** 20 + 1) }
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(here, name), content)
    const store = snapshots('whole')
    const files = Object.keys(contents).map((name) => ({ from: join(here, name), path: `in/${name}` }))
    const snapshot = await store.read(await store.put(files, about))
    assert.deepEqual([snapshot.vireo, snapshot.positions], [about.vireo, about.positions])
    await store.fetch(snapshot, there)
    for (const [name, content] of Object.entries(contents)) assert.ok(readFileSync(join(there, 'in', name)).equals(content), name)
  })

  test('the newest stay, and of the others nothing but what may be on its way', async () => {
    const here = folder()
    writeFileSync(join(here, 'state'), 'a state')
    const store = snapshots('kept')
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push(await store.put([{ from: join(here, 'state'), path: 'state' }], about))
    await store.store.put('begun/0-0.zst', Buffer.from('a part'))
    await store.keep(2)
    const left = (await store.newestFirst()).map(({ id }) => id)
    assert.equal(left.length, 2)
    const prefixes = (await store.store.list('')).objects.map(({ key }) => key.slice(0, key.indexOf('/')))
    assert.deepEqual(new Set(prefixes), new Set([...left, 'begun']))
    for (const id of left) assert.ok(ids.includes(id))
  })

  test('what is damaged, missing or of a later version is refused', async () => {
    const here = folder()
    writeFileSync(join(here, 'state'), 'a state')
    const store = snapshots('refused')
    const broken = { code: 'SNAPSHOT_BROKEN' }
    const take = async () => {
      const id = await store.put([{ from: join(here, 'state'), path: 'state' }], about)
      return { id, key: (await store.read(id)).files[0]!.parts[0]!.key }
    }
    const [damaged, missing, later] = [await take(), await take(), await take()]
    await store.store.put(damaged.key, Buffer.from('something else'))
    await assert.rejects(store.fetch(await store.read(damaged.id), folder()), broken)
    const lacking = await store.read(missing.id)
    await store.store.remove([missing.key])
    await assert.rejects(store.fetch(lacking, folder()), broken)
    await store.store.put(`${later.id}/manifest.json`, Buffer.from(JSON.stringify({ ...lacking, format: 2 })))
    await assert.rejects(store.read(later.id), broken)
    const outside = { ...lacking, files: [{ ...lacking.files[0]!, path: '../state' }] }
    await store.store.put(`${later.id}/manifest.json`, Buffer.from(JSON.stringify(outside)))
    await assert.rejects(store.read(later.id), broken)
    assert.deepEqual(readdirSync(here), ['state'])
  })
})
