import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../clock.ts'
import { VireoError } from '../../errors.ts'
import { lakeForTests, openLakeForTests, recordsInLake, recordsInLog, writerOptions } from '../../lake/lake-for-tests.ts'
import { slateRecord, startMs, watchRecord } from '../../lake/records-for-tests.ts'
import { LakeSink } from '../../lake/sink.ts'
import { seededRandom } from '../../random.ts'
import { logExtents } from './lake-log-extents.ts'
import { startLakeProcess } from './lake-process-client.ts'
import { openSqliteEventLog } from './sqlite-event-log.ts'

test('a process of its own brings the log into the lake, and what it fails at is told', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-lake-process-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'log.sqlite')
  const log = await openSqliteEventLog({ file })
  t.after(() => log.close())
  const start = { ...lakeForTests(join(folder, 'lake')), options: writerOptions }
  const errors: unknown[] = []
  const sink = new LakeSink({
    log,
    openWriter: () => startLakeProcess(start),
    limits: { maxRecords: 10_000, maxBytes: 2 ** 20, maxAgeMs: 60_000 },
    clock: systemClock,
    random: seededRandom(1, 2, 3, 4),
    onError: (error) => errors.push(error),
  })
  sink.start()
  await log.append(Array.from({ length: 3_000 }, (_, i) => watchRecord(`e${i}`, startMs + i * 1_000, startMs)))
  await log.append([slateRecord('s1', ['v1', 'v2'])])
  await sink.drain(AbortSignal.timeout(30_000))
  await sink.close()
  assert.deepEqual(errors, [])
  assert.deepEqual(logExtents(file), await log.extents())

  const lake = await openLakeForTests(join(folder, 'lake'))
  for (const topic of ['events', 'served'] as const) assert.deepEqual(await recordsInLake(lake, topic), await recordsInLog(log, topic))

  const [first, second] = [await startLakeProcess(start), await startLakeProcess(start)]
  await first.add([{ ...watchRecord('late'), partition: 0, offset: 3_000 }])
  await assert.rejects(first.flush(), (error) => error instanceof VireoError && error.code === 'LAKE_FENCED')
  await Promise.all([first.close(), second.close()])
})

test('every thread of the process comes after whoever waits for a feed', { skip: process.platform !== 'linux' }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-lake-process-'))
  const writer = await startLakeProcess({ ...lakeForTests(join(folder, 'lake')), options: writerOptions })
  t.after(async () => {
    await writer.close()
    await rm(folder, { recursive: true })
  })
  const [child] = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ')
  const threads = readdirSync(`/proc/${child}/task`)
  const niceness = threads.map((thread) => {
    const [, fields] = readFileSync(`/proc/${child}/task/${thread}/stat`, 'utf8').split(/\) (?!.*\) )/)
    return Number(fields!.split(' ')[16])
  })
  assert.ok(threads.length > 1)
  assert.deepEqual(new Set(niceness), new Set([constants.priority.PRIORITY_LOW]))
})
