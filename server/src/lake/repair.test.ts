import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { hourMs, systemClock } from '../clock.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Lake, LakeFile } from '../ports/lake.ts'
import { type LogAndLake, openLogAndLake, putText, recordsInLake, recordsInLog, withDatabase, writerOptions } from './lake-for-tests.ts'
import { LakeWriter } from './lake-writer.ts'
import { filesOf } from './manifest-changes.ts'
import { featureRecord, slateRecord, startMs, watchRecord } from './records-for-tests.ts'
import { repair } from './repair.ts'
import { verify } from './verify.ts'

const patience = () => AbortSignal.timeout(30_000)
const logTopics = ['events', 'served', 'features'] as const

describe('a damaged lake', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vireo-repair-'))
  })
  after(() => rm(folder, { recursive: true }))

  test('is found out, and made again from the log, each record once', async (t) => {
    const { log, lake } = await filled(t)
    const manifest = await lake.manifest()
    const [missing, cut, changed] = logTopics.map((topic) => filesOf(manifest, topic)[0]!) as [LakeFile, LakeFile, LakeFile]
    await lake.remove([missing.path])
    await putText(lake, cut.path, 'PAR1')
    await putText(lake, changed.path, 'no Parquet')
    assert.deepEqual(
      new Set(await checked(lake)),
      new Set([
        { kind: 'missing', path: missing.path },
        { kind: 'damaged', path: cut.path },
        { kind: 'damaged', path: changed.path },
      ]),
    )

    const { replaced, lost } = await repair(lake, log, systemClock, writerOptions, patience())
    assert.deepEqual([replaced.toSorted(), lost], [[missing.path, cut.path, changed.path].toSorted(), []])
    assert.deepEqual(await checked(lake), [])
    await assertComplete(log, lake)
    assert.deepEqual(await repair(lake, log, systemClock, writerOptions, patience()), { replaced: [], lost: [], filled: [] })
  })

  test('stays named where the log has let go of what was in it', async (t) => {
    const { log, lake } = await filled(t)
    const [file] = filesOf(await lake.manifest(), 'events')
    await log.retain({ topic: 'events', partition: 0, offset: file!.log[0]!.first + 1 })
    await lake.remove([file!.path])
    assert.deepEqual((await repair(lake, log, systemClock, writerOptions, patience())).lost, [file!.path])
    assert.deepEqual(await checked(lake), [{ kind: 'missing', path: file!.path }])
  })

  test('has holes filled that the log can fill', async (t) => {
    const { log, lake, sink } = await opened(t)
    await sink.close()
    const places = await log.append(['e1', 'e2', 'e3', 'e4'].map((id, hour) => watchRecord(id, startMs + hour * hourMs)))
    const stored = await Promise.all(places.map((place) => log.get(place)))
    const writer = await LakeWriter.open(lake, systemClock, writerOptions)
    await writer.add([stored[0]!, stored[3]!])
    await writer.flush()
    await writer.close()
    const hole = { kind: 'hole' as const, topic: 'events' as const, partition: 0, first: 1, end: 3 }
    assert.deepEqual(await checked(lake), [hole])
    assert.deepEqual((await repair(lake, log, systemClock, writerOptions, patience())).filled, [hole])
    assert.deepEqual(await checked(lake), [])
    await assertComplete(log, lake)
  })

  async function opened(t: TestContext): Promise<LogAndLake> {
    const parts = await openLogAndLake(await mkdtemp(join(folder, 'lake-')), (error) => assert.fail(error as Error))
    t.after(() => parts.close())
    return parts
  }

  /** Three hours of records, some of them twice, in several files. */
  async function filled(t: TestContext): Promise<LogAndLake> {
    const parts = await opened(t)
    for (const hour of [0, 1, 2, 0]) {
      const atMs = startMs + hour * hourMs
      const ids = Array.from({ length: 20 }, (_, i) => `${hour}-${i}`)
      await parts.log.append([
        ...ids.map((id) => watchRecord(id, atMs)),
        slateRecord(`s${hour}`, ['v1', 'v2'], atMs),
        featureRecord(`s${hour}`, ['v1', 'v2'], atMs),
        watchRecord(`late ${hour}`, startMs),
      ])
      await parts.sink.drain(patience())
    }
    await parts.sink.close()
    return parts
  }
})

const checked = (lake: Lake) => withDatabase(lake, (database) => verify(lake, database, patience()))

async function assertComplete(log: EventLog, lake: Lake): Promise<void> {
  for (const topic of logTopics) assert.deepEqual(await recordsInLake(lake, topic), await recordsInLog(log, topic))
}
