import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, type TestContext, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { killedMidway } from '../../../../tests/crash/killed-midway.ts'
import type { EventLog, NewRecord, StoredRecord } from '../../ports/event-log.ts'
import { eventLogContract } from '../../ports/event-log-contract.ts'
import { openSqliteEventLog, type SqliteEventLogOptions } from './sqlite-event-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'vireo-event-log-'))
after(() => rmSync(folder, { recursive: true }))

for (const partitions of [1, 5]) {
  const open = (place: string) => openSqliteEventLog({ file: join(folder, `${place}.sqlite`), partitions })
  eventLogContract(`sqlite, ${partitions} partitions a topic`, open, { reopen: open })
}

test('kill -9 in the middle of appends loses nothing acknowledged, tears no append and leaves no holes', async (t) => {
  const file = newFile()
  const acknowledged = new Map<string, number>()
  for (let round = 0; round < 4; round++) {
    const lines = await killedMidway('append-until-killed.ts', [file, '3', `${round}`], 50 + 70 * round)
    for (const line of lines) {
      const [key, last] = line.split(' ')
      acknowledged.set(key!, Number(last))
    }
  }
  assert.ok(acknowledged.size > 0)
  const found = new Map<string, { number: number; last: number }[]>()
  for (const { key, value } of await everything(await opened(t, { file, partitions: 3 }))) {
    found.set(key, [...(found.get(key) ?? []), JSON.parse(new TextDecoder().decode(value))])
  }
  for (const [key, last] of acknowledged) {
    const records = found.get(key)!
    records.forEach(({ number }, i) => {
      assert.equal(number, i)
    })
    assert.ok(records.length > last)
    assert.equal(records.at(-1)!.last, records.length - 1)
  }
})

test('a full log refuses appends, goes on reading, and takes appends again when retention has made room', async (t) => {
  const log = await opened(t, { maxBytes: 2 ** 20 })
  const kept: number[] = []
  const full = (async () => {
    for (;;) kept.push((await log.append([recordOf(100_000)]))[0]!.offset)
  })()
  await assert.rejects(full, { code: 'LOG_FULL', retryable: true })
  assert.ok(kept.length >= 8)
  assert.equal((await everything(log)).length, kept.length)
  await log.retain({ topic: 'events', partition: 0, offset: 4 })
  assert.deepEqual(await log.append([recordOf(100_000)]), [{ topic: 'events', partition: 0, offset: kept.length }])
})

test('appends that wait for the disk at the same time share a transaction', async (t) => {
  const file = newFile()
  const log = await opened(t, { file })
  await Promise.all(Array.from({ length: 500 }, () => log.append([recordOf(10)])))
  // A transaction writes a page of 16 KiB or more to the write-ahead log.
  assert.ok(statSync(`${file}-wal`).size < 500_000)
})

test('appends are acknowledged in the order of the log', async (t) => {
  const log = await opened(t)
  const offsets: number[] = []
  const one = async () => {
    for (let i = 0; i < 50; i++) offsets.push((await log.append([recordOf(10)]))[0]!.offset)
  }
  await Promise.all(Array.from({ length: 10 }, one))
  assert.deepEqual(
    offsets,
    Array.from({ length: 500 }, (_, i) => i),
  )
})

test('an array of records may be used again as soon as it was handed over', async (t) => {
  const log = await opened(t)
  const batch = [recordOf(1), recordOf(2)]
  const appending = log.append(batch)
  batch.push(recordOf(3))
  assert.equal((await appending).length, 2)
  assert.equal((await everything(log)).length, 2)
})

test('an append that is aborted before its turn is not made', async (t) => {
  const log = await opened(t)
  const turn = () => new Promise<void>((resolve) => process.nextTick(resolve))
  const stop = new AbortController()
  const appends = [log.append([recordOf(1)])]
  await turn()
  appends.push(log.append([recordOf(2)]))
  await turn()
  const waiting = log.append([recordOf(3)], stop.signal)
  stop.abort(new Error('gave up'))
  appends.push(log.append([recordOf(4)]))
  await assert.rejects(waiting, /gave up/)
  await Promise.all(appends)
  assert.deepEqual(
    (await everything(log)).map(({ value }) => value.byteLength),
    [1, 2, 4],
  )
})

test('more than may wait for the disk is refused, and what waits is written', async (t) => {
  const log = await opened(t, { maxQueuedBytes: 10_000 })
  const first = log.append([recordOf(9_000)])
  await assert.rejects(log.append([recordOf(9_000)]), { code: 'OVERLOADED', retryable: true })
  await first
  await log.append([recordOf(50_000)])
  assert.equal((await everything(log)).length, 2)
})

test('a reader that has fallen far behind reads from the disk and misses nothing', async (t) => {
  const log = await opened(t)
  await log.append([recordOf(10)])
  const offsets: number[] = []
  for await (const batch of log.read({ topic: 'events', partition: 0, offset: 0 }, AbortSignal.timeout(30_000))) {
    offsets.push(...batch.map(({ offset }) => offset))
    if (offsets.length === 1) for (let i = 0; i < 10; i++) await log.append(Array.from({ length: 100 }, () => recordOf(20_000)))
    if (offsets.length === 1_001) break
  }
  assert.deepEqual(
    offsets,
    Array.from({ length: 1_001 }, (_, i) => i),
  )
})

test('appends go on while retention lets go of much', async (t) => {
  const log = await opened(t)
  await log.append(Array.from({ length: 50_000 }, () => recordOf(100)))
  let retaining = true
  const retained = log.retain({ topic: 'events', partition: 0, offset: 50_000 }).then(() => {
    retaining = false
  })
  let appended = 0
  while (retaining) appended += (await log.append([recordOf(100)])).length
  await retained
  assert.ok(appended >= 10, `${appended} appends came through`)
})

test('when the writer has died, appends are refused and reading goes on', async (t) => {
  let writer: Worker | undefined
  const noted = (worker: Worker) => {
    writer = worker
  }
  process.once('worker', noted)
  const log = await opened(t)
  await log.append([recordOf(10)])
  const pending = log.append([recordOf(10)])
  await writer!.terminate()
  await pending.catch((error) => assert.equal(error.code, 'LOG_UNAVAILABLE'))
  await assert.rejects(log.append([recordOf(10)]), { code: 'LOG_UNAVAILABLE', retryable: true })
  assert.ok((await everything(log)).length >= 1)
})

test('the number of partitions is fixed when the log is created', async (t) => {
  const file = newFile()
  const log = await opened(t, { file, partitions: 2 })
  await log.close()
  await assert.rejects(openSqliteEventLog({ file, partitions: 3 }), { code: 'LOG_PARTITIONS', retryable: false })
})

test('a log of a later version is refused', async (t) => {
  const file = newFile()
  await (await opened(t, { file })).close()
  const db = new DatabaseSync(file)
  db.exec('PRAGMA user_version = 99')
  db.close()
  await assert.rejects(openSqliteEventLog({ file }), { code: 'DATABASE_TOO_NEW', retryable: false })
})

let files = 0
function newFile(): string {
  return join(folder, `${files++}.sqlite`)
}

async function opened(t: TestContext, options: Partial<SqliteEventLogOptions> = {}): Promise<EventLog> {
  const log = await openSqliteEventLog({ file: newFile(), ...options })
  t.after(() => log.close())
  return log
}

function recordOf(bytes: number): NewRecord {
  return { topic: 'events', key: 'somebody', timeMs: 1_700_000_000_000, value: new Uint8Array(bytes) }
}

/** All events, partition by partition; fails on a hole. */
async function everything(log: EventLog): Promise<StoredRecord[]> {
  const all: StoredRecord[] = []
  for (const extent of (await log.extents()).filter(({ topic, first, end }) => topic === 'events' && end > first)) {
    let next = extent.first
    for await (const batch of log.read({ ...extent, offset: next }, AbortSignal.timeout(30_000))) {
      for (const record of batch) {
        assert.equal(record.offset, next++)
        all.push(record)
      }
      if (next === extent.end) break
    }
    assert.equal(next, extent.end)
  }
  return all
}
