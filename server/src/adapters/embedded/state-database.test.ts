import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { killedMidway } from '../../../../tests/crash/killed-midway.ts'
import type { Place } from '../../ports/event-log.ts'
import { openStateDatabase, type StateDatabase, type StateRow } from './state-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'vireo-state-'))
after(() => rmSync(folder, { recursive: true }))

test('rows and positions are as the commits left them, also after reopening', async (t) => {
  const file = newFile()
  const state = await opened(t, file)
  const expected = new Map<string, Uint8Array>()
  const table = fc.constantFrom('people', 'counters')
  const row = fc.tuple(table, fc.string({ unit: 'binary', maxLength: 3 }), fc.option(fc.uint8Array({ maxLength: 200 }), { nil: undefined }))
  let commits = 0
  const property = fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
    await state.commit(rows, [at(++commits)])
    for (const [name, key, value] of rows) {
      if (value) expected.set(`${name} ${key}`, value)
      else expected.delete(`${name} ${key}`)
    }
    assert.deepEqual(contents(state), expected)
    for (const [name, key] of rows) assert.deepEqual(state.get(name, key), expected.get(`${name} ${key}`))
    assert.deepEqual(state.positions(), [at(commits)])
  })
  // The file remembers earlier runs, so a failure can't be made smaller by trying again.
  await fc.assert(property, { numRuns: 50, endOnFailure: true })
  await state.close()
  const again = await opened(t, file)
  assert.deepEqual(contents(again), expected)
  assert.deepEqual(again.positions(), [at(commits)])
})

test('a scan goes by key and stays as it was while commits go on', async (t) => {
  const state = await opened(t)
  await state.commit(rowsOf(['c', 'a', 'b'], 1), [at(1)])
  const scan = state.scan('people')
  const first = scan.next().value
  await state.commit([...rowsOf(['a', 'bb'], 2), ['people', 'c', undefined]], [at(2)])
  assert.deepEqual(state.get('people', 'a'), new Uint8Array([2]))
  assert.deepEqual(
    [first, ...scan],
    ['a', 'b', 'c'].map((key) => [key, new Uint8Array([1])]),
  )
})

test('tables are given all their rows, one table after the other', async (t) => {
  const state = await opened(t)
  const keys = Array.from({ length: 20_000 }, (_, n) => `key-${n}-é`)
  const value = (n: number) => Buffer.alloc(500, n % 256)
  await state.commit([...rowsOf(['a', 'b'], 1), ...keys.map((key, n) => ['counters', key, value(n)] as const)], [at(1)])
  const given: string[] = []
  const found = new Map<string, Uint8Array>()
  const table = (name: string) => ({
    name,
    load(key: string, row: Uint8Array) {
      if (given.at(-1) !== name) given.push(name)
      found.set(`${name} ${key}`, row.slice())
    },
  })
  await state.load(['counters', 'none', 'people'].map(table))
  assert.deepEqual(given, ['counters', 'people'])
  assert.equal(found.size, keys.length + 2)
  for (const [n, key] of keys.entries()) assert.ok(value(n).equals(found.get(`counters ${key}`)!))
  assert.deepEqual(found.get('people a'), new Uint8Array([1]))
})

test('a row that a table can not take ends the loading', async (t) => {
  const state = await opened(t)
  await state.commit(rowsOf(['a', 'b'], 1), [at(1)])
  const failure = new Error('no such row')
  const load = () => {
    throw failure
  }
  await assert.rejects(state.load([{ name: 'people', load }]), failure)
})

test('positions that a commit does not name stay', async (t) => {
  const state = await opened(t)
  const catalog: Place = { topic: 'catalog', partition: 2, offset: 7 }
  await state.commit([], [at(1), catalog])
  await state.commit([], [at(2)])
  assert.deepEqual(state.positions(), [catalog, at(2)])
})

test('nothing of a commit is seen before all of it is', async (t) => {
  const state = await opened(t)
  const keys = Array.from({ length: 1_000 }, (_, i) => `${i}`)
  const big = (n: number): StateRow[] => keys.map((key) => ['people', key, new Uint8Array(6_000).fill(n)])
  await state.commit(big(1), [at(1)])
  let committing = true
  const committed = state.commit(big(2), [at(2)]).then(() => {
    committing = false
  })
  while (committing) {
    // One scan is one look; rows that change in its middle would show.
    const seen = new Set([...state.scan('people')].map(([, value]) => value[0]))
    assert.equal(seen.size, 1)
    await sleep(1)
  }
  await committed
  assert.equal(state.get('people', '999')![0], 2)
})

test('a commit whose rows fail to come is not made', async (t) => {
  const state = await opened(t)
  await state.commit(rowsOf(['a'], 1), [at(1)])
  function* failing(): Generator<StateRow> {
    for (let i = 0; i < 300; i++) yield ['people', `${i}`, new Uint8Array(6_000)]
    throw new Error('no more')
  }
  await assert.rejects(state.commit(failing(), [at(2)]), /no more/)
  await assert.rejects(state.commit([['no table', 'a', undefined]], [at(2)]), { code: 'STATE_TABLE' })
  assert.deepEqual([...state.scan('people')], [['a', new Uint8Array([1])]])
  await state.commit(rowsOf(['b'], 3), [at(3)])
  assert.deepEqual([...contents(state).keys()], ['people a', 'people b'])
  assert.deepEqual(state.positions(), [at(3)])
})

test('rows may take their time, and commits stay in the order of their calls', async (t) => {
  const state = await opened(t)
  async function* slowly(): AsyncGenerator<readonly StateRow[]> {
    for (const row of rowsOf(['a', 'b'], 1)) {
      await sleep(5)
      yield [row]
    }
  }
  await Promise.all([state.commit(slowly(), [at(1)]), state.commit(rowsOf(['b', 'c'], 2), [at(2)])])
  assert.deepEqual(
    [...state.scan('people')].map(([key, value]) => [key, value[0]]),
    [
      ['a', 1],
      ['b', 2],
      ['c', 2],
    ],
  )
  assert.deepEqual(state.positions(), [at(2)])
})

test('closing waits for commits, and refuses more', async (t) => {
  const file = newFile()
  const state = await opened(t, file)
  const committed = state.commit(rowsOf(['a'], 1), [at(1)])
  await state.close()
  await committed
  await assert.rejects(state.commit([], []), { code: 'STATE_CLOSED' })
  assert.deepEqual((await opened(t, file)).positions(), [at(1)])
})

test('when the writer has died, commits are refused and reading goes on', async (t) => {
  let writer: Worker | undefined
  process.once('worker', (worker) => {
    writer = worker
  })
  const state = await opened(t)
  await state.commit(rowsOf(['a'], 1), [at(1)])
  await writer!.terminate()
  await assert.rejects(state.commit(rowsOf(['a'], 2), [at(2)]), { code: 'STATE_UNAVAILABLE' })
  assert.deepEqual(state.get('people', 'a'), new Uint8Array([1]))
})

test('kill -9 in the middle of commits leaves rows and position of one commit, the last acknowledged or a later one', async (t) => {
  const file = newFile()
  for (let round = 0; round < 4; round++) {
    const lines = await killedMidway('commit-until-killed.ts', [file], 40 + 35 * round)
    const state = await opened(t, file)
    const n = state.positions()[0]!.offset
    assert.ok(n >= Number(lines.at(-1)))
    const rows = [...state.scan('people'), ...state.scan('counters')]
    assert.equal(rows.length, 500)
    for (const [, value] of rows) assert.ok(value.every((byte) => byte === n % 256))
    await state.close()
  }
})

let files = 0
function newFile(): string {
  return join(folder, `${files++}.sqlite`)
}

async function opened(t: TestContext, file = newFile()): Promise<StateDatabase> {
  const state = await openStateDatabase(file)
  t.after(() => state.close())
  return state
}

function at(offset: number): Place {
  return { topic: 'events', partition: 0, offset }
}

function rowsOf(keys: readonly string[], n: number): StateRow[] {
  return keys.map((key) => ['people', key, new Uint8Array([n])])
}

function contents(state: StateDatabase): Map<string, Uint8Array> {
  const tables = ['people', 'counters']
  return new Map(tables.flatMap((table) => [...state.scan(table)].map(([key, value]) => [`${table} ${key}`, value] as const)))
}
