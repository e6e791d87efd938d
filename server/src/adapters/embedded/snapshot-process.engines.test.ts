import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Place } from '../../ports/event-log.ts'
import { S3ForTests } from '../s3/s3-for-tests.ts'
import { openSnapshots, snapshotPlace } from '../snapshot-place.ts'
import { type SnapshotStart, takeSnapshot } from './snapshot-process-client.ts'
import { openStateDatabase } from './state-database.ts'

const stateName = 'replica.sqlite'
const never = new AbortController().signal

describe('the process that takes snapshots', () => {
  let s3: S3ForTests
  before(async () => {
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  const folder = () => mkdtempSync(join(s3.folder, 'state-'))
  const startIn = (dataDir: string, location: string): SnapshotStart => {
    const place = snapshotPlace({ lake: { location }, s3: s3.s3 }, stateName)!
    return { place, dataDir, stateName, scratch: join(dataDir, 'snapshot-scratch'), vireo: '1' }
  }

  test('what it puts there is the state as one commit left it, while commits go on', async () => {
    const [dataDir, copied] = [folder(), folder()]
    const start = startIn(dataDir, s3.place('consistent').url)
    const state = await openStateDatabase(join(dataDir, stateName))
    let isOver = false
    let commits = 0
    const committing = (async () => {
      while (!isOver) {
        const value = Buffer.from(String(++commits))
        const large = Array.from({ length: 50 }, (_, n) => ['people', `p${n}`, Buffer.concat([value, Buffer.alloc(5_000)])] as const)
        await state.commit([...large, ['counters', 'a', value]], [at(commits)])
      }
    })()
    try {
      const snapshots = await openSnapshots(start.place)
      for (let round = 0; round < 3; round++) {
        const committed = commits
        const snapshot = await snapshots.read((await takeSnapshot(start, never)).id)
        await snapshots.fetch(snapshot, copied)
        const copy = await openStateDatabase(join(copied, stateName))
        const [{ offset } = { offset: 0 }] = copy.positions()
        assert.deepEqual(snapshot.positions, copy.positions())
        assert.ok(offset >= committed - 1)
        const numberOf = (row: Uint8Array | undefined) => Number.parseInt(Buffer.from(row!).toString(), 10)
        if (offset > 0)
          assert.deepEqual(new Set([...copy.scan('people'), ...copy.scan('counters')].map(([, row]) => numberOf(row))), new Set([offset]))
        await copy.close()
      }
      assert.deepEqual(readdirSync(start.scratch), [])
    } finally {
      isOver = true
      await committing
      await state.close()
    }
  })

  test('what it fails at is told, and it ends with whoever gives it up', async () => {
    const dataDir = folder()
    const { place, ...start } = startIn(dataDir, s3.place('failing').url)
    await assert.rejects(takeSnapshot({ ...start, place }, never), { code: 'SNAPSHOT_NOT_TAKEN' })
    await (await openStateDatabase(join(dataDir, stateName))).close()
    const elsewhere = { ...place, url: 's3://no-such-bucket/snapshots' }
    await assert.rejects(takeSnapshot({ ...start, place: elsewhere }, never), { code: 'S3_BUCKET_MISSING' })
    const ending = new AbortController()
    const taking = takeSnapshot({ ...start, place }, ending.signal)
    const reason = new Error('the server ends')
    ending.abort(reason)
    await assert.rejects(taking, reason)
  })
})

const at = (offset: number): Place => ({ topic: 'events', partition: 0, offset })
