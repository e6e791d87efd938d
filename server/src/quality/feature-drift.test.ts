import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../clock.ts'
import { servedMs } from '../samples/samples-for-tests.ts'
import { leastValues } from './drift.ts'
import { CheckedLake, hourOfDay } from './quality-for-tests.ts'

/** Values of the features of a page, as SQL of its number `i`. */
interface Values {
  readonly person: string
  readonly plays: string
  readonly playsEver: string
  readonly ageMs: string
}

const asEver: Values = { person: 'i % 100', plays: 'i % 100', playsEver: 'i % 100', ageMs: `${31 * dayMs} + i` }

/** Pages of two videos, their features as ever on one day and others in the same hour of the next. Resolves with what is found then. */
async function nextDay(lake: CheckedLake, pages: number, values: Partial<Values>): Promise<string[]> {
  await lake.addGoodHour()
  for (const day of [1, 0]) {
    const { person, plays, playsEver, ageMs } = day === 0 ? asEver : { ...asEver, ...values }
    const ofItem = `[${plays}, ${playsEver}, ${ageMs}]::BIGINT[]`
    const ofPage = `slate_id || '/' || i AS slate_id, time_ms + ${day * dayMs} AS time_ms`
    for (const [table, replaced] of [
      ['served', ofPage],
      ['features', `${ofPage}, [${person}]::BIGINT[] AS person_values, [${ofItem}, ${ofItem}] AS item_values`],
    ] as const) {
      const sql = `SELECT stored.* REPLACE (${replaced}) FROM range(${pages}) AS pages(i), stored`
      await lake.rewrite(table, sql, hourOfDay(day), hourOfDay())
    }
  }
  lake.lake.clock.nowMs = servedMs + 2 * dayMs
  await lake.check()
  const result = (await lake.of(hourOfDay(1))).get('features')!
  assert.equal(result.status, result.findings.length === 0 ? 'passed' : 'warned')
  return [...new Set(result.findings.map(({ kind, about }) => `${kind} ${about}`))]
}

const enough = leastValues + 100

test('features whose values have shifted since the same hour of the day before warn, by both measures', async (context) => {
  const lake = await CheckedLake.open(context)
  assert.deepEqual(await nextDay(lake, enough, { person: '500 + i % 100', plays: '500 + i % 100' }), [
    'drift person_plays_24h',
    'drift video_plays_24h',
  ])
  const { findings } = (await lake.of(hourOfDay(1))).get('features')!
  assert.deepEqual(
    findings.slice(0, 2).map(({ type, severity }) => [type, severity]),
    [
      ['expect_column_psi_to_be_less_than', 'warning'],
      ['expect_column_js_distance_to_be_less_than', 'warning'],
    ],
  )
})

test('what stays as it was, counts since ever, and ages of what is old anyway say nothing', async (context) => {
  const shifted = { playsEver: '500 + i % 100', ageMs: `${90 * dayMs} + i` }
  assert.deepEqual(await nextDay(await CheckedLake.open(context), enough, shifted), [])
})

test('few values say nothing; those of the person count once a page', async (context) => {
  const shifted = { person: '500 + i % 100', plays: '500 + i % 100' }
  assert.deepEqual(await nextDay(await CheckedLake.open(context), leastValues / 2 - 1, shifted), [])
  assert.deepEqual(await nextDay(await CheckedLake.open(context), leastValues - 1, shifted), ['drift video_plays_24h'])
})

test('an hour that failed is nothing to compare with', async (context) => {
  const lake = await CheckedLake.open(context)
  assert.notDeepEqual(await nextDay(lake, enough, { plays: '500 + i % 100' }), [])
  await lake.rewrite('features', 'FROM stored UNION ALL FROM stored')
  await lake.check()
  assert.equal((await lake.of(hourOfDay(0))).get('features')?.status, 'failed')
  assert.deepEqual(await lake.findings('features', hourOfDay(1)), [])
})
