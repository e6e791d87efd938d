import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteEventLog } from '../adapters/embedded/sqlite-event-log.ts'
import { systemClock } from '../clock.ts'
import { Unavailable } from '../errors.ts'
import { openLakeForTests, recordsInLake, recordsInLog, writerOptions } from './lake-for-tests.ts'
import { LakeWriter } from './lake-writer.ts'
import { watchRecord } from './records-for-tests.ts'
import { LakeSink } from './sink.ts'

test('a writer that fails is tried again later and later, and told of once a kind; nothing is lost', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-sink-failures-'))
  t.after(() => rm(folder, { recursive: true }))
  const log = await openSqliteEventLog({ file: join(folder, 'log.sqlite') })
  const lake = await openLakeForTests(join(folder, 'lake'))
  const triedMs: number[] = []
  const told: unknown[] = []
  const sink = new LakeSink({
    log,
    async openWriter() {
      triedMs.push(performance.now())
      if (triedMs.length < 3) throw new Unavailable('LAKE_UNAVAILABLE', `no disk, time ${triedMs.length}`)
      const writer = await LakeWriter.open(lake, systemClock, writerOptions)
      if (triedMs.length === 3) writer.flush = () => Promise.reject(new Error('the disk is full'))
      return writer
    },
    limits: { maxRecords: 1_000, maxBytes: 2 ** 20, maxAgeMs: 10 },
    clock: systemClock,
    // The shortest pauses there are: 0.5, 1 and 2 s.
    random: () => 1,
    onError: (error) => told.push((error as Error).message),
  })
  await log.append([watchRecord('e1'), watchRecord('e2')])
  sink.start()
  while (triedMs.length < 3) await new Promise((resolve) => setTimeout(resolve, 10))
  const { records, isFailing, seconds } = await sink.lag()
  assert.deepEqual([records, isFailing, seconds >= 1.4], [2, true, true])
  await sink.drain(AbortSignal.timeout(30_000))
  assert.deepEqual(told, ['no disk, time 1', 'the disk is full'])
  assert.deepEqual(await sink.lag(), { records: 0, seconds: 0, isFailing: false })
  const pauses = triedMs.slice(1).map((ms, at) => (ms - triedMs[at]!) / 1_000)
  for (const [at, least] of [0.5, 1, 2].entries()) assert.ok(pauses[at]! >= least - 0.01 && pauses[at]! < 2 * least + 1, String(pauses))
  assert.deepEqual(await recordsInLake(lake, 'events'), await recordsInLog(log, 'events'))
  await sink.close()
  await log.close()
})
