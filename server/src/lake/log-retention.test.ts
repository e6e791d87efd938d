import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { hourMs, systemClock } from '../clock.ts'
import type { Place } from '../ports/event-log.ts'
import { openLogAndLake, recordsInLake } from './lake-for-tests.ts'
import { LogRetention } from './log-retention.ts'
import { watchRecord } from './records-for-tests.ts'

test('the log keeps what the lake has not committed, what the state has not saved, and what is young', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-log-retention-'))
  t.after(() => rm(folder, { recursive: true }))
  const errors: unknown[] = []
  const { log, lake, sink, close } = await openLogAndLake(folder, (error) => errors.push(error))
  t.after(close)
  let saved: Place[] = []
  const retention = new LogRetention({
    log,
    sink,
    saved: () => saved,
    keepMs: 96 * hourMs,
    everyMs: hourMs,
    onError: (error) => errors.push(error),
  })
  const first = async () => {
    await retention.run()
    return (await log.extents()).find(({ topic }) => topic === 'events')!.first
  }
  const nowMs = systemClock.now()
  const old = Array.from({ length: 10 }, (_, i) => watchRecord(`old${i}`, nowMs - (200 - i) * hourMs))
  await log.append(old)
  await sink.drain(AbortSignal.timeout(30_000))
  assert.equal(await first(), 0, 'the state has saved nothing')
  saved = [{ topic: 'events', partition: 0, offset: 4 }]
  assert.equal(await first(), 4)
  await log.append([watchRecord('young', nowMs - hourMs), watchRecord('old10', nowMs - 190 * hourMs)])
  await sink.drain(AbortSignal.timeout(30_000))
  saved = [{ topic: 'events', partition: 0, offset: 12 }]
  assert.equal(await first(), 10, 'what follows a young record stays with it')

  await sink.close()
  await log.append([watchRecord('unseen', nowMs - 300 * hourMs)])
  saved = [{ topic: 'events', partition: 0, offset: 13 }]
  assert.equal(await first(), 10, 'nothing goes while nobody writes the lake')
  assert.deepEqual((await recordsInLake(lake, 'events')).length, 12)
  assert.deepEqual(errors, [])
})
