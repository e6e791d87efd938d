import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VireoError } from '../../errors.ts'
import { history } from '../streams/history.ts'
import { impressions } from '../streams/impressions.ts'
import type { Stream } from '../streams/stream.ts'
import { watches } from '../streams/watches.ts'
import { type Aggregation, count, countWhere, greatest, latest, least, sum, sumOfSquares } from './aggregation.ts'
import type { ColumnName } from './columns.ts'
import {
  add,
  and,
  bucket,
  clip,
  col,
  each,
  eq,
  gt,
  gte,
  isIn,
  isKnown,
  known,
  lit,
  lt,
  lte,
  max,
  mul,
  not,
  or,
  sub,
  when,
} from './expression.ts'
import { defineView, type Entity, type View } from './view.ts'
import type { Window } from './windows.ts'

const said = { meaning: 'something', unit: 'pieces' }
const base = {
  name: 'some_view',
  version: 1,
  entity: { video_id: col('video_id') },
  from: watches,
  aggregations: { plays: count(said) },
  windows: ['1h'],
} as const
const refused = (field: string) => (error: unknown) => error instanceof VireoError && error.code === 'VIEW_INVALID' && error.field === field

test('a view of all that the language has is one', () => {
  const watchMs = known(col('watch_ms'))
  const view = defineView({
    ...base,
    entity: { person: col('person'), category: each(col('categories')), length: bucket(known(col('length_ms')), [10, 20]) },
    aggregations: {
      rows: count(said),
      some: countWhere(and(gte(watchMs, lit(1)), or(lt(watchMs, lit(2)), not(isKnown(col('length_ms'))))), said),
      others: countWhere(and(gt(watchMs, lit(1)), lte(watchMs, lit(2)), eq(col('person'), lit('ada'))), said),
      total: sum(add(clip(watchMs, 0, 10), mul(lit(2), sub(watchMs, max(lit(0), lit(1))))), said),
      squares: sumOfSquares(watchMs, 100, said),
      least: least(known(when(isIn(col('person'), ['ada', 'bob']), watchMs)), said),
      greatest: greatest(watchMs, said),
      last: latest(col('time_ms'), said),
    },
  })
  assert.deepEqual(Object.keys(view.entity), ['person', 'category', 'length'])
})

/** A view of a stream with one aggregation, `n`. */
function of<U extends ColumnName, W extends Window>(from: Stream<U, W>, n: Aggregation<NoInfer<U>>): View {
  return defineView({ name: 'some_view', version: 1, entity: {}, from, aggregations: { n }, windows: [] })
}
function by<U extends ColumnName, W extends Window>(from: Stream<U, W>, key: Entity<NoInfer<U>>[string]): View {
  return defineView({ name: 'some_view', version: 1, entity: { key }, from, aggregations: {}, windows: [] })
}

test('a column that is not there, or a value of the wrong kind, is an error to the compiler', () => {
  const never = () => [
    // @ts-expect-error: there is no such column
    of(watches, sum(known(col('wach_ms')), said)),
    // @ts-expect-error: impressions have no time watched
    of(impressions, sum(known(col('watch_ms')), said)),
    // @ts-expect-error: watches have no type
    by(watches, col('type')),
    // @ts-expect-error: what may be unknown needs `known`
    of(watches, sum(col('watch_ms'), said)),
    // @ts-expect-error: a text is no integer
    of(watches, countWhere(gte(col('person'), lit(1)), said)),
    // @ts-expect-error: nothing is both a text and an integer
    of(watches, countWhere(eq(col('person'), lit(1)), said)),
    // @ts-expect-error: an integer is no truth
    of(watches, countWhere(col('time_ms'), said)),
    // @ts-expect-error: a list is no key
    by(watches, col('categories')),
    // @ts-expect-error: a text has no parts
    by(watches, each(col('person'))),
    // @ts-expect-error: values of another kind than what is compared with them
    of(watches, countWhere(isIn(col('person'), [1]), said)),
    // @ts-expect-error: there is no such window
    defineView({ ...base, windows: ['2h'] }),
    // @ts-expect-error: history has no times
    defineView({ ...base, from: history, windows: ['1h'] }),
  ]
  assert.equal(typeof never, 'function')
})

test('the same is refused when it arrives as data', () => {
  const watchMs = { op: 'col', name: 'watch_ms' }
  const wrong: [field: string, change: object][] = [
    ['aggregations.n.known.col', { aggregations: { n: { how: 'sum', of: { op: 'known', of: [{ op: 'col', name: 'wach_ms' }] } } } }],
    ['aggregations.n.known.col', { from: impressions, aggregations: { n: { how: 'sum', of: { op: 'known', of: [watchMs] } } } }],
    ['entity.key.col', { entity: { key: col('type') } }],
    ['aggregations.n', { aggregations: { n: { how: 'sum', of: watchMs } } }],
    ['aggregations.n.gte', { aggregations: { n: { how: 'countWhere', of: { op: 'gte', of: [col('person'), lit(1)] } } } }],
    ['aggregations.n.eq', { aggregations: { n: { how: 'countWhere', of: { op: 'eq', of: [col('person'), lit(1)] } } } }],
    ['aggregations.n', { aggregations: { n: { how: 'countWhere', of: col('time_ms') } } }],
    ['aggregations.n', { aggregations: { n: { how: 'median', of: col('time_ms') } } }],
    ['aggregations.n.div', { aggregations: { n: { how: 'sum', of: { op: 'div', of: [col('time_ms'), lit(2)] } } } }],
    ['entity.key', { entity: { key: col('categories') } }],
    ['entity.key', { entity: { key: { op: 'each', of: [col('person')] } } }],
    ['aggregations.n.isIn', { aggregations: { n: { how: 'countWhere', of: { op: 'isIn', of: [col('person')], values: [1] } } } }],
    ['windows', { windows: ['2h'] }],
    ['windows', { from: history, windows: ['1h'] }],
  ]
  for (const [field, change] of wrong) assert.throws(() => defineView({ ...base, ...change } as never), refused(field), field)
})

test('what the compiler can not see is refused when a view is defined', () => {
  const wrong: [field: string, change: Partial<Parameters<typeof defineView<ColumnName, '1h', string>>[0]>][] = [
    ['name', { name: 'Some-View' }],
    ['version', { version: 0 }],
    ['entity', { entity: {} }],
    ['aggregations', { aggregations: {} }],
    ['aggregations.Plays', { aggregations: { Plays: count(said) } }],
    ['aggregations.hop_ms', { aggregations: { hop_ms: count(said) } }],
    ['aggregations.video_id', { aggregations: { video_id: count(said) } }],
    ['aggregations.total', { aggregations: { total: sumOfSquares(known(col('watch_ms')), 0, said) } }],
    ['aggregations.total.lit', { aggregations: { total: sum(lit(1.5), said) } }],
    ['aggregations.some.eq.lit', { aggregations: { some: countWhere(eq(col('person'), lit("it's")), said) } }],
    ['entity.length.bucket', { entity: { length: bucket(known(col('length_ms')), [2, 1]) } }],
    ['windows', { windows: [] }],
    ['windows', { windows: ['1h', '1h'] }],
  ]
  for (const [field, change] of wrong) assert.throws(() => defineView({ ...base, ...change } as View as never), refused(field), field)
})
