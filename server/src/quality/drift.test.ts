import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { LakeDatabase } from '../lake/database.ts'
import { checkDrift } from './check-drift.ts'
import { type Binned, jsDistance, leastValues, psi } from './drift.ts'

/** Two distributions over the same bins, each with at least a row. */
const binned = fc
  .array(fc.tuple(fc.nat(10_000), fc.nat(10_000)), { minLength: 1, maxLength: 12 })
  .filter((bins) => [0, 1].every((side) => bins.some((bin) => bin[side]! > 0)))
  .map((bins): Binned => ({ now: bins.map(([now]) => now), before: bins.map(([, before]) => before) }))

const swapped = ({ now, before }: Binned): Binned => ({ now: before, before: now })
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`)

test('equal distributions are 0 apart, however many rows they have', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (before, times) => {
      const same = { before, now: before.map((rows) => rows * times) }
      near(psi(same), 0)
      assert.ok(jsDistance(same) < 1e-6)
    }),
  )
})

test('both measures are the same both ways, and never negative', () => {
  fc.assert(
    fc.property(binned, (pair) => {
      near(psi(pair), psi(swapped(pair)))
      near(jsDistance(pair), jsDistance(swapped(pair)))
      assert.ok(psi(pair) >= 0 && jsDistance(pair) >= 0)
      assert.ok(Number.isFinite(psi(pair)))
    }),
  )
})

test('the Jensen–Shannon distance is at most 1, which it is of what has nothing in common, and keeps the triangle', () => {
  near(jsDistance({ now: [5, 0], before: [0, 9] }), 1)
  const three = fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.nat(99), fc.nat(99)), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(binned, three, (pair, bins) => {
      assert.ok(jsDistance(pair) <= 1)
      const [a, b, c] = [0, 1, 2].map((at) => bins.map((bin) => bin[at]! + 1)) as [number[], number[], number[]]
      const apart = (now: number[], before: number[]) => jsDistance({ now, before })
      assert.ok(apart(a, c) <= apart(a, b) + apart(b, c) + 1e-9)
    }),
  )
})

test('the measures are what their definitions give by hand', () => {
  const pair = { now: [50, 50], before: [80, 20] }
  near(psi(pair), -0.3 * Math.log(0.5 / 0.8) + 0.3 * Math.log(0.5 / 0.2))
  const half = (p: number, middle: number) => p * Math.log2(p / middle)
  near(jsDistance(pair), Math.sqrt((half(0.5, 0.65) + half(0.5, 0.35) + half(0.8, 0.65) + half(0.2, 0.35)) / 2))
})

test('values warn when they move, also to where none was before, and not when only their rows become more', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-drift-'))
  const database = await LakeDatabase.open({ memoryMb: 128, tempFolder: folder })
  context.after(async () => {
    database.close()
    await rm(folder, { recursive: true })
  })
  const types = async (now: string, before: string, rows = 2 * leastValues) => {
    for (const [table, sql] of [
      ['now', now],
      ['before', before],
    ]) {
      await database.run(`CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${sql} AS value FROM range(${rows}) AS rows(i)`)
    }
    const columns = [{ name: 'plays', sql: 'value', where: 'true' }]
    return (await checkDrift(database, 'now', 'before', columns)).map(({ type, about }) => `${about} ${type}`)
  }
  const both = ['plays expect_column_psi_to_be_less_than', 'plays expect_column_js_distance_to_be_less_than']
  assert.deepEqual(await types('i % 100', 'i % 100'), [])
  assert.deepEqual(await types('i % 200 // 2', 'i % 100'), [])
  assert.deepEqual(await types('i % 100 + 30', 'i % 100'), both)
  assert.deepEqual(await types('-1', '0'), both)
  assert.deepEqual(await types('1', '0'), both)
  assert.deepEqual(await types('CASE WHEN i % 10 < 6 THEN 0 ELSE i % 100 END', 'CASE WHEN i % 10 < 9 THEN 0 ELSE i % 100 END'), both)
  assert.deepEqual(await types('NULL', 'i % 100'), [])
  assert.deepEqual(await types('i + 9', 'i', leastValues - 1), [])
})
