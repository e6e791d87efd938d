import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayMs } from '../clock.ts'
import { servedMs } from '../samples/samples-for-tests.ts'
import { CheckedLake, hourOfDay } from './quality-for-tests.ts'
import { checkVolume } from './volume.ts'

/** The hour of each day in a lake: so many events of a kind, none where there is 0. */
async function days(lake: CheckedLake, rows: readonly number[], kind: { imported?: boolean; untimed?: boolean } = {}): Promise<void> {
  for (const [day, count] of rows.entries()) {
    if (count === 0) continue
    const timeMs = servedMs + day * dayMs
    await lake.lake.add(...Array.from({ length: count }, () => lake.lake.event('Watch', '', 'a', { watchMs: 1, timeMs, ...kind })))
  }
  lake.lake.clock.nowMs = servedMs + (rows.length + 1) * dayMs
  await lake.check()
}

const foundOn = async (lake: CheckedLake, day: number) =>
  (await lake.findings('events', hourOfDay(day))).map(({ kind, severity, about, found }) => `${severity} ${kind} ${about}: ${found}`)

test('an hour that is missing between hours, or has far fewer or more rows than on the days before, fails', async (context) => {
  const lake = await CheckedLake.open(context)
  await days(lake, [300, 320, 280, 0, 310, 40, 290, 2_000, 300])
  const found = await Promise.all(Array.from({ length: 9 }, (_, day) => foundOn(lake, day)))
  const unusual = (rows: number, usual: number) => [`critical volume live rows: ${rows} rows; usual are ${usual}`]
  assert.deepEqual(found, [[], [], [], unusual(0, 300), [], unusual(40, 305), [], unusual(2_000, 295), []])
})

test('a feed that gets pages and no events any more fails', async (context) => {
  const lake = await CheckedLake.open(context)
  await lake.lake.add(lake.lake.slate('last', ['a'], { timeMs: servedMs + 4 * dayMs }))
  await days(lake, [300, 300, 300, 300, 0])
  assert.deepEqual(await foundOn(lake, 4), ['critical volume live rows: 0 rows; usual are 300'])
})

test('what was imported is compared with what was imported, its end is no failure, and history without times has no volume', async (context) => {
  const lake = await CheckedLake.open(context)
  await days(lake, [300, 300, 300, 20, 0, 300, 0, 0], { imported: true })
  await days(lake, [0, 0, 0, 0, 0, 0, 5_000, 0], { imported: true, untimed: true })
  await days(lake, [0, 0, 0, 0, 0, 0, 0, 10])
  const found = await Promise.all(Array.from({ length: 8 }, (_, day) => foundOn(lake, day)))
  const unusual = (rows: number) => [`critical volume imported rows: ${rows} rows; usual are 300`]
  assert.deepEqual(found, [[], [], [], unusual(20), unusual(0), [], [], []])
})

test('volume says nothing of what varies as it always did, of few rows, or after few days', () => {
  const found = (rows: number, before: readonly number[]) => checkVolume(rows, before, 'rows').length > 0
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 7 }), fc.nat(100_000), (before, rows) => {
      const days = before.filter((each) => each > 0)
      if (days.length < 3 || days.every((each) => each < 200)) assert.ok(!found(rows, before))
      const inside = days.length > 0 && Math.max(...days) <= 2 * Math.min(...days) && rows >= Math.min(...days) && rows <= Math.max(...days)
      if (inside) assert.ok(!found(rows, before))
    }),
  )
  assert.ok(!found(3_000, [100, 1_000, 10_000, 300, 30_000, 500, 20_000]))
  assert.ok(found(3_000, [300, 310, 305, 290, 300, 300, 300]))
})
