import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { Spark } from '../../engines/spark/spark.ts'
import { hourMs, minuteMs } from '../../server/src/clock.ts'
import type { SlateItem } from '../../server/src/generated/vireo/record/v1/records.ts'
import { LakeDatabase } from '../../server/src/lake/database.ts'
import { viewsSql } from '../../server/src/lake/views.ts'
import { labelJoinSql } from '../../server/src/samples/label-join.ts'
import { sampleColumns } from '../../server/src/samples/sample-columns.ts'
import { LakeWithSamples, servedMs } from '../../server/src/samples/samples-for-tests.ts'
import { zoneStretches, zonesSql } from '../../server/src/samples/time-zones.ts'

const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const person = fc.nat(600).map((n) => `p${n}`)
const video = fc.nat(4).map((n) => `v${n}`)
const aroundMs = fc.integer({ min: -minuteMs, max: 80 * minuteMs })
const lengths = fc.constantFrom(1, 9_999, 10_000, 18_000, 18_001, 60_000)
const zones = ['Asia/Shanghai', 'America/St_Johns', 'Europe/Berlin']

const slates = fc.record({
  person,
  atMs: fc.nat(30 * hourMs),
  timeZone: fc.constantFrom('', 'Mars/Olympus', ...zones),
  lengths: fc.array(maybe(lengths), { minLength: 1, maxLength: 5 }),
})
const events = fc.record({
  slate: fc.nat(),
  type: fc.constantFrom('Watch', 'Watch', 'Watch', 'Impression', 'Like', 'Unlike', 'Share', 'Comment', 'Follow', 'NotInterested', 'Report'),
  video,
  other: maybe(person),
  isStray: fc.nat(9).map((n) => n === 0),
  aroundMs,
  lengthMs: maybe(lengths),
  watchMs: maybe(fc.oneof(fc.constantFrom(0, 2_999, 3_000, 9_999, 17_999, 18_000), fc.nat(70_000))),
  sourceLongView: maybe(fc.boolean()),
  sourceClick: maybe(fc.boolean()),
  untimed: fc.nat(19).map((n) => n === 0),
})

test('the label join makes the same samples in DuckDB and in Spark, of the same text', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-labels-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const lake = await LakeWithSamples.open(context)
  const pages = fc.sample(slates, { numRuns: 1_500, seed: 1 }).map(({ person, atMs, lengths, timeZone }, at) => {
    const items = lengths.map((lengthMs, position) => ({ videoId: `v${position}`, position, lengthMs, propensity: position / 7 }))
    return lake.slate(`s${at}`, [], { person, timeMs: servedMs + atMs, timeZone, items: items as SlateItem[] })
  })
  const did = fc.sample(events, { numRuns: 6_000, seed: 2 }).map(({ aroundMs, isStray, other, slate, type, video, ...more }) => {
    const page = pages[slate % pages.length]!
    const timeMs = page.timeMs + aroundMs
    return lake.event(type as 'Watch', isStray ? '' : page.slateId, video, { ...more, person: other ?? page.person, timeMs })
  })
  await lake.add(...pages, ...did)

  const signal = AbortSignal.timeout(300_000)
  const database = await LakeDatabase.open({ memoryMb: 512, tempFolder: join(folder, 'duckdb'), signal })
  context.after(() => database.close())
  const pin = await lake.lake.pin()
  for (const sql of viewsSql(pin.manifest, (path) => lake.lake.location(path))) await database.run(sql)
  await pin.release()
  await database.run(`CREATE VIEW zones AS ${zonesSql(zoneStretches(zones, servedMs, servedMs + 31 * hourMs))}`)

  const spark = Spark.open(folder, signal)
  context.after(() => spark.close())
  for (const table of ['events', 'served', 'zones']) {
    const file = join(folder, `${table}.parquet`)
    await database.run(`COPY (FROM ${table}) TO '${file}' (FORMAT parquet)`)
    await spark.table(table, file)
  }
  // Some sessions are over by then and some are not.
  const sql = labelJoinSql({ joinedAtMs: servedMs + 30 * hourMs, horizonHours: 24, version: 1 })
  const written = join(folder, 'samples')
  await spark.write(sql, written)

  const columns = ['date', 'hour', ...sampleColumns.map(({ name, type }) => `CAST(${name} AS ${type}) AS ${name}`)].join(', ')
  await database.run(`CREATE TABLE own AS SELECT ${columns} FROM (${sql})`)
  await database.run(`CREATE TABLE sparks AS SELECT ${columns} FROM '${written}/*.parquet'`)
  assert.deepEqual(await database.rows('FROM own EXCEPT ALL FROM sparks'), [])
  assert.deepEqual(await database.rows('FROM sparks EXCEPT ALL FROM own'), [])
  const [counts] = await database.rows(`SELECT count(*), count(DISTINCT long_view), count(DISTINCT skipped), count(DISTINCT liked),
    count(DISTINCT is_final), count(DISTINCT hour_of_day) FROM own`)
  const [rows, ...kinds] = counts!.map(Number)
  assert.ok(rows! > 2_000, `${rows} samples`)
  assert.deepEqual(kinds, [2, 2, 2, 2, 24])
})
