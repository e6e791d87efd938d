import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../clock.ts'
import { recordsInLake, recordsInLog, writerOptions } from '../../lake/lake-for-tests.ts'
import { slateRecord, startMs, watchRecord } from '../../lake/records-for-tests.ts'
import { LakeSink } from '../../lake/sink.ts'
import { seededRandom } from '../../random.ts'
import { LakeProcess } from '../embedded/lake-process-client.ts'
import { openSqliteEventLog } from '../embedded/sqlite-event-log.ts'
import { lakeOpener } from '../lake-place.ts'
import { S3ForTests } from './s3-for-tests.ts'

test('while the object store is gone the sink says so, and goes on by itself when it is back: each record is there once', async () => {
  await using s3 = await S3ForTests.start({ own: true })
  await using closing = new AsyncDisposableStack()
  const log = closing.adopt(await openSqliteEventLog({ file: join(s3.folder, 'log.sqlite') }), (log) => log.close())
  const place = s3.place('outage')
  const codes: string[] = []
  const writers = closing.adopt(new LakeProcess({ ...place, options: writerOptions }), (process) => process.end())
  const sink = closing.adopt(
    new LakeSink({
      log,
      openWriter: () => writers.open(),
      limits: { maxRecords: 300, maxBytes: 2 ** 20, maxAgeMs: 20 },
      clock: systemClock,
      random: seededRandom(1, 2, 3, 4),
      onError: (error) => codes.push((error as { code: string }).code),
    }),
    (sink) => sink.close(),
  )
  sink.start()
  const append = async (batch: number) => {
    const events = Array.from({ length: 1_000 }, (_, i) => watchRecord(`${batch}-${i}`, startMs + i * 1_000))
    await log.append([...events, slateRecord(`s${batch}`, ['v1', 'v2'])])
  }
  await append(1)
  await sink.drain(AbortSignal.timeout(60_000))
  assert.deepEqual(codes, [])
  const started = await lakeProcesses()

  // In the middle of taking in what comes.
  await append(2)
  await s3.gateway.kill()
  await append(3)
  while (codes.length === 0) await sleep(20)
  assert.deepEqual(codes, ['S3_UNAVAILABLE'])
  assert.ok((await sink.lag()).isFailing)

  await s3.gateway.restart()
  await sink.drain(AbortSignal.timeout(60_000))
  // To start another takes processor time from whoever waits for a feed.
  assert.deepEqual(await lakeProcesses(), started)
  const lake = closing.adopt(await lakeOpener(place, systemClock)(), (lake) => lake.close())
  for (const topic of ['events', 'served'] as const) assert.deepEqual(await recordsInLake(lake, topic), await recordsInLog(log, topic))
})

/** Numbers of those that this process has started, where the system tells them. */
async function lakeProcesses(): Promise<string[]> {
  const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').catch(() => '')
  const commands = children
    .trim()
    .split(' ')
    .map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const)
  return (await Promise.all(commands)).filter(([, command]) => command.includes('lake-process')).map(([pid]) => pid)
}
