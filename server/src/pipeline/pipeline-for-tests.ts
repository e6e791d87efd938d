import { setTimeout as sleep } from 'node:timers/promises'
import { Runner, type RunOptions } from './runner.ts'
import type { Pipeline, Source } from './stages.ts'
import type { StageMeter } from './trace.ts'

interface Query {
  readonly wanted: number
  readonly notes: string[]
}
type Column = 'score' | 'given'
export type Numbers = Pipeline<Query, Column>

/** Brings numbers with their own value as score. */
export const source = (name: string, items: readonly number[], more: Partial<Source<Query, Column>> = {}): Source<Query, Column> => ({
  name,
  onFailure: 'skip',
  scoreInto: 'given',
  find: (_query, finding) => {
    for (const item of items) finding.add(item, item)
  },
  ...more,
})

/** Numbers, the largest first. */
export const pipelineOf = (more: Partial<Numbers> = {}): Numbers => ({
  name: 'numbers',
  columns: ['score', 'given'],
  rankBy: 'score',
  capacity: 500,
  hydrate: [],
  sources: [source('ten', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])],
  enrich: [],
  filters: [],
  scorers: [
    {
      name: 'given',
      onFailure: 'skip',
      score(_query, { columns, live, rows }) {
        for (const row of rows.subarray(0, live)) columns.score[row] = columns.given[row]!
      },
    },
  ],
  selectors: [],
  lateFilters: [],
  commit: [],
  sideEffects: [],
  ranks: () => true,
  wanted: (query) => query.wanted,
  tieBreak: (item) => item,
  ...more,
})

export function metersForTests() {
  const seen = new Map<string, { kept: number; removed: number; failed: number; ran: number }>()
  const of = (name: string) => {
    const known = seen.get(name) ?? { kept: 0, removed: 0, failed: 0, ran: 0 }
    seen.set(name, known)
    return known
  }
  const meter: StageMeter = {
    stage: (name) => ({
      observe(_ms, kept, removed) {
        of(name).kept += kept
        of(name).removed += removed
        of(name).ran++
      },
      failed: () => void of(name).failed++,
    }),
  }
  return { meter, of }
}

export async function run(pipeline: Numbers, wanted = 3, options: Partial<RunOptions> = {}, meter = metersForTests().meter) {
  const query: Query = { wanted, notes: [] }
  const made = await new Runner(pipeline, meter).run(query, { signal: new AbortController().signal, deadlineMs: 30, ...options })
  const items = made.page.map((row) => made.candidates.item[row]!)
  await made.finish()
  return { items, query, failed: made.failed, nonFinite: made.nonFinite }
}

export const broken = () => {
  throw new Error('broken')
}
export const slow = (ms: number, find: Source<Query, Column>['find']): Partial<Source<Query, Column>> => ({
  async find(query, finding, signal) {
    await sleep(ms)
    await find(query, finding, signal)
  },
})
