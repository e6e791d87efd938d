import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../clock.ts'
import { exportSamples } from '../samples/export-samples.ts'
import { servedMs } from '../samples/samples-for-tests.ts'
import { CheckedLake, featureSet, hourOfDay } from './quality-for-tests.ts'
import { failedHours, QualityResults } from './results.ts'

test('an hour that failed is named on the page of its day, kept in the lake, and left out of the export of samples', async (context) => {
  const lake = await CheckedLake.open(context)
  await lake.addGoodHour()
  await lake.rewrite('events', 'FROM stored UNION ALL FROM stored')
  await lake.check()
  const failedPartitions = failedHours(await lake.results.all())
  assert.deepEqual([...failedPartitions], [hourOfDay()])
  assert.match(await readFile(lake.results.page('2026-01-15'), 'utf8'), /critical<\/td><td>events<\/td><td>07<\/td><td>uniqueness/)

  const out = await mkdtemp(join(tmpdir(), 'vireo-export-'))
  context.after(() => rm(out, { recursive: true }))
  const { lake: opened, clock } = lake.lake
  const signal = AbortSignal.timeout(60_000)
  const exported = await exportSamples({
    lake: opened,
    clock,
    out,
    featureSet,
    failedPartitions,
    judgedMs: clock.now(),
    memoryMb: 256,
    signal,
  })
  assert.deepEqual([exported.rows, exported.leftOut.failed], [0, [{ partition: hourOfDay(), rows: 2 }]])
  assert.equal((await lake.lake.samples()).length, 2)
})

test('results are kept, and only what has changed is checked again', async (context) => {
  const lake = await CheckedLake.open(context)
  await lake.addGoodHour()
  await lake.check()
  const results = new QualityResults(lake.results.folder)
  assert.deepEqual(await results.all(), await lake.results.all())
  assert.equal(await lake.check({ results }), 0)

  await lake.lake.add(lake.lake.event('Share', 's', 'a'))
  assert.equal(await lake.check(), 1)
  assert.equal((await lake.of(hourOfDay())).get('events')?.rows, 3)
  await lake.lake.tidy()
  assert.equal(await lake.check(), 0)
  // What is expected of features follows from their list.
  assert.equal(await lake.check({ featureSet: { ...featureSet, version: 2 } }), 1)
  // Those of a lake that was made anew since.
  await lake.results.keep('2026-01-15', [{ ...(await lake.of(hourOfDay())).get('events')!, version: 1_000 }])
  assert.equal(await lake.check({ featureSet: { ...featureSet, version: 2 } }), 1)
})

test('what failed for want of something is checked again when that has come', async (context) => {
  const lake = await CheckedLake.open(context)
  await lake.addGoodHour()
  await lake.lake.add(lake.lake.event('Like', 'late', 'a'))
  await lake.check()
  assert.deepEqual(await lake.findings('events'), [
    {
      type: 'unexpected_rows_expectation',
      kind: 'reference',
      severity: 'critical',
      about: 'At most 1 % of the events that name a page name one that is not in the lake.',
      found: 'orphans 1, of_rows 3',
    },
  ])
  assert.equal(await lake.check(), 0)
  await lake.lake.add(lake.lake.slate('late', ['a'], { timeMs: servedMs - 2 * hourMs }))
  await lake.check()
  assert.deepEqual(await lake.findings('events'), [])
})

test('an hour is judged a quarter of an hour after its end, and not before', async (context) => {
  const lake = await CheckedLake.open(context)
  await lake.addGoodHour()
  const endMs = Math.ceil(servedMs / hourMs) * hourMs
  lake.lake.clock.nowMs = endMs + 15 * minuteMs - 1
  assert.equal(await lake.check(), 0)
  lake.lake.clock.nowMs++
  assert.equal(await lake.check(), 4)
})

test('a check that is stopped keeps what it has checked and goes on from there; a date can be checked alone', async (context) => {
  const lake = await CheckedLake.open(context)
  await lake.addGoodHour()
  await lake.lake.add(lake.lake.slate('t', ['a'], { timeMs: servedMs + dayMs }))
  lake.lake.clock.nowMs = servedMs + 2 * dayMs
  const stop = new AbortController()
  const stopped = lake.check({ signal: stop.signal, onProgress: ({ done }) => done === 2 && stop.abort() })
  await assert.rejects(stopped, { name: 'AbortError' })
  assert.deepEqual(
    (await lake.results.all()).map(({ table, status }) => [table, status]),
    [
      ['events', 'passed'],
      ['features', 'passed'],
    ],
  )
  assert.equal(await lake.check({ date: '2026-01-15' }), 2)
  assert.deepEqual(await lake.results.all('2026-01-16'), [])
  assert.ok((await lake.check({ date: '2026-01-16' })) > 0)
  assert.equal(await lake.check(), 0)
})
