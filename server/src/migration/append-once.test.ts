import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { openSqliteEventLog } from '../adapters/embedded/sqlite-event-log.ts'
import type { EventLog, NewRecord } from '../ports/event-log.ts'
import { AppendOnce } from './append-once.ts'

const folder = mkdtempSync(join(tmpdir(), 'vireo-append-once-'))
after(() => rmSync(folder, { recursive: true }))
let logs = 0

const newLog = (partitions: number) => openSqliteEventLog({ file: join(folder, `${logs++}.sqlite`), partitions })

const recordsOf = (keys: readonly number[]): NewRecord[] =>
  keys.map((key, n) => ({
    topic: key % 3 === 0 ? 'served' : 'events',
    key: `person ${key}`,
    timeMs: n * 2 ** 29,
    value: Buffer.alloc(key * 10, n),
  }))

/** What a log holds from some places on, by lane. */
async function lanesOf(log: EventLog): Promise<Map<string, string[]>> {
  const lanes = new Map<string, string[]>()
  for (const { end, first, partition, topic } of await log.extents()) {
    for (let offset = first; offset < end; offset++) {
      const { key, timeMs, value } = (await log.get({ topic, partition, offset }))!
      const lane = `${topic}/${partition}`
      lanes.set(lane, [...(lanes.get(lane) ?? []), `${key} ${timeMs} ${Buffer.from(value).toString('hex')}`])
    }
  }
  return lanes
}

/** A log whose connection is lost now and then: what was appended last may be there or not. */
function failing(log: EventLog, plan: readonly boolean[]): Pick<EventLog, 'append' | 'extents' | 'get'> {
  let calls = 0
  return {
    extents: () => log.extents(),
    get: (place) => log.get(place),
    async append(records) {
      const isLost = plan[calls++]
      if (isLost === undefined) throw new Error('the connection was lost before')
      const places = await log.append(records)
      if (isLost) throw new Error('the answer was lost')
      return places
    },
  }
}

test('each record is in the new log once and in order, whenever the way to it was cut off', async () => {
  const attempt = fc.array(fc.boolean(), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(20), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(attempt, { maxLength: 4 }),
      async (keys, partitions, attempts) => {
        const records = recordsOf(keys)
        const [log, expected] = [await newLog(partitions), await newLog(partitions)]
        const begun = await log.extents()
        for (const plan of [...attempts, Array.from(records, () => false)]) {
          const once = await AppendOnce.open(failing(log, plan) as EventLog, begun)
          await write(once, records).catch((error: Error) => assert.match(error.message, /lost/))
        }
        await expected.append(records)
        assert.deepEqual(await lanesOf(log), await lanesOf(expected))
        await Promise.all([log.close(), expected.close()])
      },
    ),
    { numRuns: 25 },
  )
})

test('a log that holds something else is not gone on with', async () => {
  const log = await newLog(1)
  const begun = await log.extents()
  const records = recordsOf([1, 2, 4])
  await log.append([{ ...records[0]!, key: 'somebody else' }])
  const once = await AppendOnce.open(log, begun)
  await assert.rejects(write(once, records), { code: 'MIGRATION_TARGET_CHANGED' })
  await log.close()
})

async function write(once: AppendOnce, records: readonly NewRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += 12) {
    const some = records.slice(from, from + 12)
    await once.append(some, once.place(some))
  }
}
