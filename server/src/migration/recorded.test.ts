import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openSqliteEventLog } from '../adapters/embedded/sqlite-event-log.ts'
import { minuteMs, systemClock } from '../clock.ts'
import { EventRecord } from '../generated/vireo/record/v1/records.ts'
import { openLakeForTests, writerOptions } from '../lake/lake-for-tests.ts'
import { LakeWriter } from '../lake/lake-writer.ts'
import { startMs, watchRecord } from '../lake/records-for-tests.ts'
import { LakeSink } from '../lake/sink.ts'
import type { StoredRecord } from '../ports/event-log.ts'
import { recorded } from './recorded.ts'

const folder = mkdtempSync(join(tmpdir(), 'vireo-recorded-'))
after(() => rmSync(folder, { recursive: true }))
const never = new AbortController().signal

test('all that was recorded comes once: what the log has let go of first, each part as it was accepted, each person in order', async () => {
  const log = await openSqliteEventLog({ file: join(folder, 'log.sqlite'), partitions: 3 })
  const lake = await openLakeForTests(join(folder, 'lake'))
  const records = Array.from({ length: 900 }, (_, n) => {
    // Every tenth was done an hour before it came.
    const acceptedMs = startMs + n * minuteMs
    return watchRecord(`${n}`, n % 10 === 0 ? acceptedMs - 60 * minuteMs : acceptedMs, acceptedMs, `person ${n % 23}`)
  })
  const places = await log.append(records)
  const limits = { maxRecords: 200, maxBytes: 2 ** 20, maxAgeMs: 20 }
  const openWriter = () => LakeWriter.open(lake, systemClock, writerOptions)
  const sink = new LakeSink({ log, openWriter, limits, clock: systemClock, random: Math.random, onError: assert.ifError })
  sink.start()
  await sink.drain(never)
  await sink.close()
  const kept = new Map([0, 1, 2].map((partition) => [partition, 40 + partition * 100]))
  for (const [partition, offset] of kept) await log.retain({ topic: 'events', partition, offset })

  const parts: [gone: StoredRecord[], left: StoredRecord[]] = [[], []]
  for await (const { isInLog, records } of recorded(lake, 'events', await log.extents(), 256, never)) {
    assert.ok(isInLog || parts[1].length === 0)
    parts[isInLog ? 1 : 0].push(...records)
  }
  const nameOf = ({ offset, partition }: Pick<StoredRecord, 'offset' | 'partition'>) => `${partition}/${offset}`
  assert.deepEqual(parts.flat().map(nameOf).toSorted(), places.map(nameOf).toSorted())
  for (const [at, part] of parts.entries()) {
    assert.ok(part.length > 100 && part.every(({ offset, partition }) => offset >= kept.get(partition)! === (at === 1)))
    const accepted = part.map(({ value }) => EventRecord.decode(value).acceptedMs)
    assert.deepEqual(
      accepted,
      accepted.toSorted((a, b) => a - b),
    )
    for (const each of Map.groupBy(part, ({ partition }) => partition).values()) {
      assert.deepEqual(
        each.map(({ offset }) => offset),
        each.map(({ offset }) => offset).toSorted((a, b) => a - b),
      )
    }
  }
  await lake.close()
  await log.close()
})
