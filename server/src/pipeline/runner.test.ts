import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe } from './describe.ts'
import { broken, metersForTests, type Numbers, pipelineOf, run, slow, source } from './pipeline-for-tests.ts'
import { Runner } from './runner.ts'
import type { Trace } from './trace.ts'

test('a source that fails is skipped, named and counted', async () => {
  const { meter, of } = metersForTests()
  const pipeline = pipelineOf({
    sources: [source('throws', [], { find: broken }), source('rejects', [], { find: async () => broken() }), source('fine', [1, 2])],
  })
  const { failed, items } = await run(pipeline, 3, {}, meter)
  assert.deepEqual(
    [items, failed.toSorted()],
    [
      [2, 1],
      ['rejects', 'throws'],
    ],
  )
  assert.deepEqual([of('throws').failed, of('rejects').failed, of('fine').failed, of('fine').kept], [1, 1, 0, 2])
})

test('what a source had found before it failed is left out', async () => {
  const half = source('half', [], {
    find(_query, finding) {
      finding.add(99, 99)
      broken()
    },
  })
  assert.deepEqual((await run(pipelineOf({ sources: [half, source('fine', [1])] }))).items, [1])
})

test('a slow source is cut at its deadline, and what it adds later is ignored', async () => {
  let added = false
  const late = source('late', [], {
    deadlineMs: 10,
    async find(_query, finding) {
      finding.add(50, 50)
      await sleep(40)
      finding.add(99, 99)
      added = true
    },
  })
  const pipeline = pipelineOf({
    sources: [late, source('fine', [1, 2, 3])],
    commit: [{ name: 'waits', onFailure: 'fail', deadlineMs: 1_000, commit: async () => void (await sleep(60)) }],
  })
  const started = performance.now()
  const { failed, items } = await run(pipeline)
  assert.ok(added && performance.now() - started < 500)
  assert.deepEqual([items, failed], [[3, 2, 1], ['late']])
})

test('stages that name no deadline have the default one', async () => {
  const pipeline = pipelineOf({
    sources: [
      source(
        'slow',
        [9],
        slow(200, () => undefined),
      ),
      source('fine', [1]),
    ],
  })
  const started = performance.now()
  assert.deepEqual((await run(pipeline, 3, { deadlineMs: 15 })).failed, ['slow'])
  assert.ok(performance.now() - started < 150)
})

test('where nobody waits, no stage has less time than the run allows', async () => {
  const { deadlineMs, find } = { deadlineMs: 5, ...slow(50, (_query, finding) => finding.add(9, 9)) }
  const pipeline = pipelineOf({ sources: [source('slow', [], { find: find!, deadlineMs })] })
  assert.deepEqual((await run(pipeline)).failed, ['slow'])
  assert.deepEqual((await run(pipeline, 3, { patienceMs: 20_000 })).items, [9])
})

test('a stage that may not fail ends the request', async () => {
  for (const more of [
    { hydrate: [{ name: 'x', onFailure: 'fail', hydrate: broken }] },
    { sources: [source('x', [], { onFailure: 'fail', find: broken })] },
    { enrich: [{ name: 'x', onFailure: 'fail', hydrate: broken }] },
    { scorers: [{ name: 'x', onFailure: 'fail', score: broken }] },
    { commit: [{ name: 'x', onFailure: 'fail', commit: async () => broken() }] },
  ] as Partial<Numbers>[]) {
    await assert.rejects(run(pipelineOf(more)), { message: 'broken' })
  }
  const slowly = pipelineOf({ hydrate: [{ name: 'x', onFailure: 'fail', deadlineMs: 5, hydrate: () => sleep(100) }] })
  await assert.rejects(run(slowly), { code: 'STAGE_TOO_SLOW', retryable: true })
})

test('a caller who goes away ends the request', async () => {
  const caller = new AbortController()
  const gone = run(
    pipelineOf({
      sources: [
        source(
          'slow',
          [],
          slow(1_000, () => undefined),
        ),
      ],
    }),
    3,
    { signal: caller.signal, deadlineMs: 900 },
  )
  setTimeout(() => caller.abort(), 5)
  await assert.rejects(gone, { name: 'AbortError' })
})

test('results merge in the order of the list, so an answer does not depend on timing', async () => {
  const timing = fc.array(fc.nat(4), { minLength: 3, maxLength: 3 })
  const found = fc.array(fc.uniqueArray(fc.nat(30), { maxLength: 10 }), { minLength: 3, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(found, timing, timing, async (lists, ...delays) => {
      const [one, other] = await Promise.all(
        delays.map(async (waits) => {
          const sources = lists.map((items, n) => source(`s${n}`, items, slow(waits[n]!, source('', items).find)))
          let merged: unknown
          const look: Partial<Numbers> = {
            commit: [
              {
                name: 'look',
                onFailure: 'fail',
                async commit(_query, { columns, count, foundBy, item, source }) {
                  merged = [item, source, foundBy, columns.given].map((column) => [...column.slice(0, count)])
                },
              },
            ],
          }
          const { items } = await run(pipelineOf({ sources, ...look }), 8, { deadlineMs: 5_000 })
          return { items, merged }
        }),
      )
      assert.deepEqual(one, other)
    }),
    { numRuns: 30 },
  )
})

test('a candidate that several sources find is one row, and knows them all', async () => {
  let rows: unknown
  const pipeline = pipelineOf({
    sources: [source('a', [1, 2]), source('b', [2, 3])],
    commit: [
      {
        name: 'look',
        onFailure: 'fail',
        commit: async (_query, { count, foundBy, item, source: first }) => {
          rows = Array.from({ length: count }, (_, row) => [item[row], first[row], foundBy[row]])
        },
      },
    ],
  })
  await run(pipeline)
  assert.deepEqual(rows, [
    [1, 0, 1],
    [2, 0, 3],
    [3, 1, 2],
  ])
})

test('candidates beyond the capacity are left out, those that came first stay', async () => {
  const items = Array.from({ length: 80 }, (_, n) => n + 1)
  assert.deepEqual((await run(pipelineOf({ capacity: 20, sources: [source('many', items)] }), 50)).items, items.slice(0, 20).reverse())
})

test('scores that are not finite sink to the bottom and are counted', async () => {
  const scores = [Number.NaN, 5, Number.POSITIVE_INFINITY, 7, Number.NEGATIVE_INFINITY]
  const pipeline = pipelineOf({
    sources: [source('five', [0, 1, 2, 3, 4])],
    scorers: [
      {
        name: 'odd',
        onFailure: 'skip',
        score: (_query, { columns, item, live, rows }) => {
          for (const row of rows.subarray(0, live)) columns.score[row] = scores[item[row]!]!
        },
      },
    ],
  })
  const { items, nonFinite } = await run(pipeline, 5)
  assert.deepEqual([items, nonFinite], [[3, 1, 0, 2, 4], 3])
})

test('filters drop, hydrators do not, and equal scores are ordered by the tie-break', async () => {
  const { meter, of } = metersForTests()
  const pipeline = pipelineOf({
    filters: [
      { name: 'odd', removes: (_query, { item }, row) => item[row]! % 2 === 1 },
      { name: 'off', enabled: () => false, removes: () => true },
    ],
    scorers: [],
    tieBreak: (item) => -item,
  })
  assert.deepEqual((await run(pipeline, 10, {}, meter)).items, [10, 8, 6, 4, 2])
  assert.deepEqual([of('odd').kept, of('odd').removed, of('off').ran], [5, 5, 0])
})

test('where filters leave nothing, nothing is scored, and the page is empty', async () => {
  const scored: string[] = []
  const scorer = { name: 'given', onFailure: 'fail', score: () => void scored.push('given') } as const
  const pipeline = pipelineOf({ filters: [{ name: 'all', removes: () => true }], scorers: [scorer] })
  const { failed, items } = await run(pipeline)
  assert.deepEqual([items, failed, scored], [[], [], []])
})

test('what late filters take from the page is replaced from the reserve, which they filter too', async () => {
  const pipeline = pipelineOf({
    lateFilters: [
      { name: 'no 10', removes: (_query, { item }, row) => item[row] === 10 },
      { name: 'no 7', removes: (_query, { item }, row) => item[row] === 7 || item[row] === 9 },
    ],
  })
  assert.deepEqual((await run(pipeline, 3)).items, [8, 6, 5])
  assert.deepEqual((await run(pipeline, 9)).items, [8, 6, 5, 4, 3, 2, 1])
})

test('selectors pick in turn, from the ranking and from what the one before picked', async () => {
  const pipeline = pipelineOf({
    selectors: [
      { name: 'every other', select: (query, _candidates, ranked) => ranked.filter((_, place) => place % 2 === 0).slice(0, query.wanted) },
      { name: 'turned round', select: (_query, _candidates, _ranked, page) => page.toReversed() },
    ],
  })
  assert.deepEqual((await run(pipeline, 3)).items, [6, 8, 10])
})

test('a dry run commits nothing and has no side effects but to give back what it used', async () => {
  const done: string[] = []
  const pipeline = pipelineOf({
    commit: [{ name: 'commit', onFailure: 'fail', commit: async () => void done.push('commit') }],
    sideEffects: [
      { name: 'breaks', run: broken },
      { name: 'effect', run: () => void done.push('effect') },
      { name: 'giving back', followsDryRuns: true, run: () => void done.push('giving back') },
    ],
  })
  assert.deepEqual((await run(pipeline, 3, { dry: true })).items, [10, 9, 8])
  assert.deepEqual(done, ['giving back'])
  const { meter, of } = metersForTests()
  await run(pipeline, 3, {}, meter)
  assert.deepEqual([done.slice(1), of('breaks').failed], [['commit', 'effect', 'giving back'], 1])
})

test('what a commit hears of failed stages is what the answer says', async () => {
  let heard: readonly string[] = []
  const pipeline = pipelineOf({
    sources: [source('broken', [], { find: broken }), source('fine', [1])],
    commit: [
      {
        name: 'commit',
        onFailure: 'fail',
        commit: async (_query, _candidates, _page, failed) => {
          heard = [...failed]
        },
      },
    ],
  })
  assert.deepEqual((await run(pipeline)).failed, heard)
})

test('a trace tells of every stage, and changes nothing', async () => {
  const items = Array.from({ length: 300 }, (_, n) => n + 1)
  const pipeline = pipelineOf({
    sources: [source('many', items), source('broken', [], { find: broken })],
    filters: [{ name: 'odd', removes: (_query, { item }, row) => item[row]! % 2 === 1 }],
    // Reaches as deep into the ranking as it can.
    selectors: [{ name: 'last', select: (query, _candidates, ranked) => ranked.slice(-query.wanted) }],
  })
  const trace: Trace = []
  assert.deepEqual((await run(pipeline, 3, { trace })).items, (await run(pipeline, 3)).items)
  assert.deepEqual(
    trace.map(({ kind, name, failure }) => [kind, name, failure]),
    [
      ['source', 'many', undefined],
      ['source', 'broken', 'Error: broken'],
      ['filter', 'odd', undefined],
      ['score', 'given', undefined],
      ['rank', 'numbers', undefined],
      ['select', 'last', undefined],
    ],
  )
  const [found, , filtered, , ranked] = trace
  assert.deepEqual([found!.items.size, found!.items.get(7)], [300, 7])
  assert.deepEqual([filtered!.items.size, filtered!.removed.length, filtered!.removed[0]], [150, 150, 1])
  assert.deepEqual([ranked!.items.size, ranked!.items.get(300), ranked!.items.get(2), ranked!.columns.score!.get(2)], [150, 0, 149, 2])
})

test('a pipeline describes its stages in the order in which they run', () => {
  const pipeline = pipelineOf({
    sources: [source('a', [], { deadlineMs: 7 }), source('b', [])],
    lateFilters: [{ name: 'z', removes: () => false }],
  })
  assert.deepEqual(describe(pipeline), [
    { kind: 'source', name: 'a', onFailure: 'skip', deadlineMs: 7 },
    { kind: 'source', name: 'b', onFailure: 'skip' },
    { kind: 'scorer', name: 'given', onFailure: 'skip' },
    { kind: 'late filter', name: 'z' },
  ])
})

test('the same input gives the same output, however many requests run beside and before', async () => {
  const pipeline = pipelineOf({ sources: [source('slow', [4, 5, 6], slow(2, source('', [4, 5, 6]).find)), source('more', [1, 2, 3, 4])] })
  const runner = new Runner(pipeline, metersForTests().meter)
  const once = async (wanted: number) => {
    const made = await runner.run({ wanted, notes: [] }, { signal: new AbortController().signal, deadlineMs: 1_000 })
    const items = made.page.map((row) => made.candidates.item[row]!)
    await made.finish()
    return items
  }
  for (let round = 0; round < 5; round++) {
    const pages = await Promise.all([1, 2, 3, 4, 5, 6].map(once))
    assert.deepEqual(
      pages,
      [1, 2, 3, 4, 5, 6].map((wanted) => [6, 5, 4, 3, 2, 1].slice(0, wanted)),
    )
  }
})
