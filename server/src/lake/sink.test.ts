import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { hourMs, systemClock } from '../clock.ts'
import { VireoError } from '../errors.ts'
import type { NewRecord, StoredRecord } from '../ports/event-log.ts'
import { type LogAndLake, openLogAndLake, recordsInLake, recordsInLog, withDatabase, writerOptions } from './lake-for-tests.ts'
import { LakeWriter } from './lake-writer.ts'
import { changedSince, filesOf } from './manifest-changes.ts'
import { featureRecord, slateRecord, startMs, watchRecord } from './records-for-tests.ts'
import { readFromBeginning } from './replay.ts'
import { viewsSql } from './views.ts'

const patience = () => AbortSignal.timeout(30_000)

describe('the sink of the lake', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vireo-sink-'))
  })
  after(() => rm(folder, { recursive: true }))

  async function opened(t: TestContext, place: string): Promise<LogAndLake> {
    const errors: unknown[] = []
    const parts = await openLogAndLake(await mkdtemp(join(folder, `${place}-`)), (error) => errors.push(error))
    t.after(async () => {
      await parts.close()
      assert.deepEqual(errors, [])
    })
    return parts
  }

  test('an event or a slate that came twice is there once, as it came first, also across files', async (t) => {
    const { log, lake, sink } = await opened(t, 'twice')
    const records = [watchRecord('e1'), slateRecord('s1', ['v1', 'v2']), featureRecord('s1', ['v1', 'v2']), watchRecord('e2')]
    await log.append([...records, ...records])
    await sink.drain(patience())
    await log.append([...records, watchRecord('e1', startMs, startMs, 'bob'), watchRecord('e3', startMs + 72 * hourMs)])
    await sink.drain(patience())
    for (const topic of ['events', 'served', 'features'] as const) {
      assert.deepEqual(await recordsInLake(lake, topic), await recordsInLog(log, topic))
    }
    const { reached, troubles } = await lake.manifest()
    assert.deepEqual(reached.map(({ topic, end, duplicates }) => [topic, end, duplicates]).sort(), [
      ['events', 8, 4],
      ['features', 3, 2],
      ['served', 3, 2],
    ])
    assert.deepEqual(troubles, [])
    assert.deepEqual(await sink.lag(), { records: 0, seconds: 0, isFailing: false })
  })

  test('a late event goes to its own hour, which counts as changed', async (t) => {
    const { log, lake, sink } = await opened(t, 'late')
    await log.append([watchRecord('e1'), watchRecord('e2', startMs + hourMs)])
    await sink.drain(patience())
    const { version } = await lake.manifest()
    await log.append([watchRecord('late', startMs, startMs + 2 * hourMs)])
    await sink.drain(patience())
    const manifest = await lake.manifest()
    assert.deepEqual(changedSince(manifest, 'events', version), ['date=2026-01-15/hour=07'])
    assert.deepEqual(changedSince(manifest, 'events', 0), ['date=2026-01-15/hour=07', 'date=2026-01-15/hour=08'])
    assert.deepEqual(changedSince(manifest, 'events', manifest.version), [])
  })

  test('small files of an hour that has ended become one; a reader keeps those it has', async (t) => {
    const { log, lake, sink } = await opened(t, 'compacted')
    await log.append([watchRecord('e1')])
    await sink.drain(patience())
    const pin = await lake.pin()
    for (let i = 2; i < 6; i++) {
      await log.append([watchRecord(`e${i}`, startMs + i)])
      await sink.drain(patience())
    }
    await sink.close()
    const manifest = await lake.manifest()
    assert.equal(filesOf(manifest, 'events').length, 1)
    assert.ok(manifest.version > manifest.changed['events/date=2026-01-15/hour=07']!)
    for (const { path, bytes, sha256 } of pin.manifest.files) assert.deepEqual(await lake.inspect(path), { bytes, sha256 })
    assert.deepEqual(await recordsInLake(lake, 'events'), await recordsInLog(log, 'events'))
    assert.equal((await recordsInLake(lake, 'events', 3)).length, 2)
    await pin.release()
  })

  test('a rebuild reads what the log has let go of from the lake, then the log itself', async (t) => {
    const { log, lake, sink } = await opened(t, 'rebuild')
    await log.append(Array.from({ length: 50 }, (_, i) => watchRecord(`e${i}`, startMs + i)))
    const all = await recordsInLog(log, 'events')
    await sink.drain(patience())
    await log.retain({ topic: 'events', partition: 0, offset: 40 })
    const [place] = await log.append([watchRecord('new', startMs + 50)])
    const options = { memoryMb: 256, tempFolder: lake.scratch('rebuild') }
    const read: StoredRecord[] = []
    for await (const records of readFromBeginning(lake, log, { topic: 'events', partition: 0, offset: 10 }, options, patience())) {
      read.push(...records)
      if (read.at(-1)?.offset === place!.offset) break
    }
    assert.deepEqual(read, [...all.slice(10), { ...watchRecord('new', startMs + 50), ...place! }])
  })

  test('the tables are read by SQL, one row an event and one an item', async (t) => {
    const { log, lake, sink } = await opened(t, 'views')
    const empty = await answers(lake, 'SELECT count(*) FROM features')
    assert.deepEqual(empty, [[0n]])
    await log.append([watchRecord('e1'), slateRecord('s1', ['v1', 'v2']), slateRecord('s2', []), featureRecord('s1', ['v1', 'v2'])])
    await sink.drain(patience())
    assert.deepEqual(await answers(lake, 'SELECT type, watch_ms, date, hour FROM events'), [['watch', 1_500, '2026-01-15', '07']])
    assert.deepEqual(
      await answers(lake, "SELECT slate_id, item_index, video_id, source, found_by[1], terms['quality'] FROM served ORDER BY item_index"),
      [
        ['s1', 0, 'v1', 'fresh', 'trending', 0.5],
        ['s1', 1, 'v2', 'fresh', 'trending', 0.5],
      ],
    )
    assert.deepEqual(
      await answers(lake, 'SELECT video_id, item_index, person_values[1], item_values[2] FROM features ORDER BY item_index'),
      [
        ['v1', 0, 7n, 0n],
        ['v2', 1, 7n, -1n],
      ],
    )
  })

  test('a writer that was replaced can commit no more', async (t) => {
    const { lake, sink } = await opened(t, 'fenced')
    await sink.close()
    const first = await LakeWriter.open(lake, systemClock, writerOptions)
    const second = await LakeWriter.open(lake, systemClock, writerOptions)
    t.after(() => Promise.all([first.close(), second.close()]))
    await first.add([stored(watchRecord('e1'), 0)])
    await assert.rejects(first.flush(), (error) => error instanceof VireoError && error.code === 'LAKE_FENCED')
    await second.add([stored(watchRecord('e1'), 0)])
    await second.flush()
    assert.equal((await recordsInLake(lake, 'events')).length, 1)
  })

  test('a hole in the log, a clock that jumped back and a record of another kind are told of', async (t) => {
    const { lake, sink } = await opened(t, 'troubles')
    await sink.close()
    const writer = await LakeWriter.open(lake, systemClock, writerOptions)
    t.after(() => writer.close())
    const unreadable = { ...stored(watchRecord('e3'), 4), value: new Uint8Array([0x0f]) }
    const records = [stored(watchRecord('e1', startMs + hourMs), 0), stored(watchRecord('e2', startMs), 3), unreadable]
    await writer.add(records)
    await writer.flush()
    assert.deepEqual((await lake.manifest()).troubles, [
      { kind: 'hole', topic: 'events', partition: 0, first: 1, end: 3 },
      { kind: 'clock', topic: 'events', partition: 0, offset: 3, fromMs: startMs + hourMs, toMs: startMs },
      { kind: 'unreadable', topic: 'events', partition: 0, offset: 4 },
    ])
    assert.deepEqual(await recordsInLake(lake, 'events'), records)
    assert.deepEqual(await answers(lake, 'SELECT event_id FROM events ORDER BY log_offset'), [['e1'], ['e2']])
  })
})

const stored = (record: NewRecord, offset: number): StoredRecord => ({ ...record, partition: 0, offset })

function answers(lake: LogAndLake['lake'], sql: string): Promise<unknown> {
  return withDatabase(lake, async (database) => {
    for (const view of viewsSql(await lake.manifest(), (path) => lake.location(path))) await database.run(view)
    return database.rows(sql)
  })
}
