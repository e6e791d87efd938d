import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayMs, hourMs, minuteMs } from '../../clock.ts'
import { EventRecord } from '../../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import { greatest, latest, least, sum } from '../language/aggregation.ts'
import { col, each, known, lit, sub } from '../language/expression.ts'
import { defineView, type View } from '../language/view.ts'
import { hopMsOf, hopsOf, windowMs } from '../language/windows.ts'
import { watches } from '../streams/watches.ts'
import { type AnyRecord, anyRecords, startMs } from '../streams-for-tests.ts'
import { feedViews } from '../views/feed-views.ts'
import { DiskForTests } from './disk-for-tests.ts'
import { FeatureTiles, type FeatureTilesOptions } from './feature-tiles.ts'

const said = { meaning: 'something', unit: 'pieces' }
const watchMs = known(col('watch_ms'))
/** All that `feedViews` do not have: extremes, negative sums, three parts of a key, one that is a list, no window `all`. */
const extremes = defineView({
  name: 'extremes',
  version: 3,
  entity: { creator_id: col('creator_id'), category: each(col('categories')), surface: col('surface') },
  from: watches,
  aggregations: {
    least: least(watchMs, said),
    greatest: greatest(watchMs, said),
    last: latest(watchMs, said),
    below: sum(sub(lit(0), watchMs), said),
  },
  windows: ['7d', '10m'],
})
const views = [
  extremes,
  feedViews.video.watches,
  feedViews.personCategory.watches,
  feedViews.category.history,
  feedViews.person.impressions,
]

/** One value of what a record gives a view: whom it is of, and the row. */
interface Fact {
  readonly key: readonly string[]
  readonly timeMs: number
  readonly id: string
  readonly watchMs: number | undefined
  readonly isPlay: boolean
}

/** What the records give a view, found without the language. */
function factsOf(view: View, records: readonly AnyRecord[]): Fact[] {
  const facts: Fact[] = []
  for (const record of records) {
    if ('slate' in record) {
      if (view === feedViews.person.impressions)
        for (const _ of record.slate.items)
          facts.push({ key: [record.slate.person], timeMs: record.slate.timeMs, id: '', watchMs: undefined, isPlay: false })
      continue
    }
    const { type, untimed, person, videoId, creatorId, surface, categories, timeMs, eventId: id, watchMs } = record.event
    const add = (...key: string[]) => !key.includes('') && facts.push({ key, timeMs, id, watchMs, isPlay: type === Type.Watch })
    const named = new Set(categories)
    if (view === feedViews.category.history) {
      if (untimed && (type === Type.Watch || type === Type.Like)) for (const category of named) add(category)
    } else if (type === Type.Watch && !untimed) {
      if (view === feedViews.video.watches) add(videoId)
      if (view === feedViews.personCategory.watches) for (const category of named) add(person, category)
      if (view === extremes) for (const category of named) add(creatorId, category, surface)
    }
  }
  return facts
}

const clipped = (ms: number | undefined) => Math.min(ms ?? 0, 600_000)
const isLater = (a: Fact, b: Fact) => {
  if (a.timeMs !== b.timeMs) return a.timeMs > b.timeMs
  return (Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) || a.watchMs! - b.watchMs!) > 0
}

/** The aggregation of facts, by its name; undefined for those that are not looked at. */
function expected(name: string, facts: readonly Fact[]): number | undefined {
  const known = facts.filter((fact) => fact.watchMs !== undefined)
  const times = known.map((fact) => fact.watchMs!)
  if (name === 'plays' || name === 'impressions') return facts.length
  if (name === 'untimed_plays') return facts.filter(({ isPlay }) => isPlay).length
  if (name === 'watch_ms') return times.reduce((sum, ms) => sum + clipped(ms), 0)
  if (name === 'below') return times.reduce((sum, ms) => sum - ms, 0)
  if (name === 'least') return times.length === 0 ? Number.NaN : Math.min(...times)
  if (name === 'greatest') return times.length === 0 ? Number.NaN : Math.max(...times)
  if (name === 'last')
    return (
      known.reduce<Fact | undefined>((last, fact) => (last === undefined || isLater(fact, last) ? fact : last), undefined)?.watchMs ??
      Number.NaN
    )
  return undefined
}

const apply = (tiles: FeatureTiles, record: AnyRecord) => ('event' in record ? tiles.event(record.event) : tiles.slate(record.slate))
const keysOf = (facts: readonly Fact[]) => new Map(facts.map(({ key }) => [JSON.stringify(key), key])).values()

/** All values of all windows of everybody are as a plain recount says, and stay so for as long as they are said to. */
function check(tiles: FeatureTiles, records: readonly AnyRecord[], nowMs: number): void {
  for (const view of views) {
    const reader = tiles.reader<string>(view)
    const into = new Float64Array(reader.width + 1)
    const facts = factsOf(view, records)
    for (const key of keysOf(facts)) {
      const own = facts.filter((fact) => fact.key.join('\0') === key.join('\0'))
      const within = (atMs: number) =>
        view.windows.map((window) => {
          const hopMs = hopMsOf(window)
          const from = window === 'all' ? Number.NEGATIVE_INFINITY : Math.floor((atMs - windowMs[window]) / hopMs) * hopMs
          const finest = hopsOf(view.windows)[0]!
          return own.filter(({ timeMs }) => timeMs >= from && timeMs - (timeMs % finest) <= atMs)
        })
      const members = within(nowMs)
      const values = members.flatMap((facts) => Object.keys(view.aggregations).map((name) => expected(name, facts)))
      const [owner, ...others] = key
      const validUntilMs = reader.windowValues(reader.find(owner!, ...others), nowMs, into, 1)
      const found = values.map((value, at) => (value === undefined ? undefined : into[at + 1]))
      assert.deepEqual(found, values, `${view.name} of ${key}`)
      assert.ok(validUntilMs > nowMs)
      if (validUntilMs === Number.POSITIVE_INFINITY) continue
      assert.deepEqual(within(validUntilMs - 1), members)
      assert.notDeepEqual(within(validUntilMs), members)
    }
  }
}

const someRecords = fc.constantFrom(20 * minuteMs, 3 * hourMs).chain((spanMs) => anyRecords({ minLength: 20, maxLength: 150 }, spanMs))

const options = (disk: DiskForTests): FeatureTilesOptions => ({ views, personal: { owner: 'person', rows: disk, cacheMb: 0.002 } })

test('windows are as a plain recount says, with late events, over saves that fail, in and out of the cache, and after a restart', () => {
  const step = fc.oneof(
    fc.record({
      what: fc.constant('pass' as const),
      ms: fc.oneof(fc.nat(10 * minuteMs), fc.nat(5 * hourMs), fc.nat(6 * dayMs)),
      most: fc.nat(60),
    }),
    fc.record({ what: fc.constant('begin' as const), most: fc.nat(20) }),
    fc.record({ what: fc.constant('end' as const), isSaved: fc.boolean() }),
    fc.constant({ what: 'restart' as const }),
  )
  fc.assert(
    fc.property(someRecords, fc.array(step, { maxLength: 25 }), (records, steps) => {
      const disk = new DiskForTests()
      let tiles = new FeatureTiles(options(disk))
      let nowMs = startMs
      let end: ((isSaved: boolean) => void) | undefined
      tiles.expire(nowMs)
      const perStep = Math.ceil(records.length / (steps.length + 1))
      for (let from = 0, at = 0; from < records.length; from += perStep, at++) {
        for (const record of records.slice(from, from + perStep)) apply(tiles, record)
        const step = steps[at]
        if (step?.what === 'pass') {
          nowMs += step.ms
          tiles.expire(nowMs, step.most)
        } else if (step?.what === 'begin') end ??= disk.begin(tiles.tables, step.most)
        else if (step?.what === 'end') {
          end?.(step.isSaved)
          end = undefined
        } else if (step?.what === 'restart') {
          end?.(false)
          end = undefined
          disk.save(tiles.tables)
          tiles = new FeatureTiles(options(disk))
          disk.load(tiles.tables)
          tiles.expire(nowMs, 0)
        }
      }
      check(tiles, records, nowMs)
      tiles.expire(nowMs + 8 * dayMs)
      check(tiles, records, nowMs + 8 * dayMs)
    }),
    { numRuns: 500 },
  )
})

test('tiles that are whole are the same as if nothing had ever been folded', () => {
  const passes = fc.array(fc.oneof(fc.nat(20 * minuteMs), fc.nat(5 * hourMs), fc.nat(3 * dayMs)), { maxLength: 10 })
  fc.assert(
    fc.property(someRecords, passes, (records, passed) => {
      const folded = new FeatureTiles({ views })
      const whole = new FeatureTiles({ views, keepAll: true })
      let nowMs = startMs
      const perPass = Math.ceil(records.length / (passed.length + 1))
      for (const [at, record] of records.entries()) {
        if (at % perPass === 0) {
          nowMs += passed[at / perPass] ?? 0
          folded.expire(nowMs)
        }
        for (const tiles of [folded, whole]) apply(tiles, record)
      }
      for (const view of views) {
        const all = (tiles: FeatureTiles) =>
          [...tiles.tiles(view, nowMs)]
            .filter(({ hopMs, startMs }) => startMs >= folded.wholeSince(view, hopMs, nowMs))
            .map(({ values, ...rest }) => JSON.stringify({ ...rest, values: Array.from(values, String) }))
            .sort()
        assert.deepEqual(all(folded), all(whole), view.name)
      }
    }),
    { numRuns: 150 },
  )
})

const play = (timeMs: number, fields: Partial<EventRecord> = {}) =>
  EventRecord.fromPartial({
    type: Type.Watch,
    person: 'ada',
    videoId: 'v',
    creatorId: 'c',
    surface: 'main',
    categories: ['x'],
    timeMs,
    watchMs: 1,
    ...fields,
  })

test('what no window needs any more is let go of, with the stored row and the number', () => {
  const disk = new DiskForTests()
  const tiles = new FeatureTiles({ views: [extremes] })
  const reader = tiles.reader(extremes)
  tiles.expire(startMs)
  tiles.event(play(startMs))
  disk.save(tiles.tables)
  assert.equal(disk.rowsOf('tiles_creator_id').size, 1)
  for (let day = 1; day <= 10; day++) {
    tiles.expire(startMs + day * dayMs)
    disk.save(tiles.tables)
  }
  assert.equal(disk.rowsOf('tiles_creator_id').size, 0)
  tiles.event(play(startMs + 10 * dayMs, { creatorId: 'd' }))
  assert.deepEqual([reader.find('c', 'x', 'main'), reader.find('d', 'x', 'main')], [-1, 0])
})

test('rows of what is played all the time are folded soon, those of what is played rarely together', () => {
  const disk = new DiskForTests()
  const tiles = new FeatureTiles({ views: [feedViews.video.watches] })
  const minutes = 3 * 24 * 60
  for (let minute = 0; minute < minutes; minute++) {
    tiles.expire(startMs + minute * minuteMs)
    tiles.event(play(startMs + minute * minuteMs, { videoId: 'often' }))
    if (minute % 240 === 0) tiles.event(play(startMs + minute * minuteMs, { videoId: 'rarely' }))
  }
  disk.save(tiles.tables)
  const bytes = (key: string) => disk.rowsOf('tiles_video_id').get(key)!.length
  // Some ten bytes a row: an hour in minutes, hours in fives, three days in hours.
  assert.ok(bytes('often') < 250 * 12, `${bytes('often')} bytes`)
  assert.ok(bytes('rarely') < 20 * 12, `${bytes('rarely')} bytes`)
})

test('somebody who is forgotten has nothing left, in memory and on disk', () => {
  const disk = new DiskForTests()
  const tiles = new FeatureTiles(options(disk))
  const reader = tiles.reader(feedViews.personCategory.watches)
  tiles.event(play(startMs))
  disk.save(tiles.tables)
  assert.equal(disk.rowsOf('tiles_person').size, 1)
  tiles.forget('person', 'ada')
  assert.equal(reader.find('ada', 'x'), -1)
  disk.save(tiles.tables)
  assert.equal(disk.rowsOf('tiles_person').size, 0)
  tiles.event(play(startMs))
  const values = new Float64Array(reader.width)
  reader.windowValues(reader.find('ada', 'x'), startMs, values)
  assert.equal(values[reader.at('all', 'plays')], 1)
})

test('a sum that would not be exact any more is an error that names it', () => {
  const tiles = new FeatureTiles({ views: [extremes] })
  tiles.event(play(startMs, { watchMs: 2 ** 53 - 1 }))
  assert.throws(() => tiles.event(play(startMs)), {
    code: 'VIEW_OVERFLOW',
    message: 'below of c, ["x","main"] in the view extremes version 3 is beyond 2^53 - 1',
  })
})

test('a table of ids gives the numbers, and what is not in it does not count', () => {
  const ids = { find: (id: string) => (id === 'v' ? 7 : -1), id: () => 'v' }
  const tiles = new FeatureTiles({ views: [feedViews.video.watches], ids: { video_id: ids } })
  for (const videoId of ['v', 'w']) tiles.event(play(startMs, { videoId }))
  const reader = tiles.reader(feedViews.video.watches)
  assert.deepEqual([reader.find('v'), reader.find('w')], [7, -1])
  // One of each hop, and what was ever counted.
  assert.deepEqual(
    Array.from(tiles.tiles(feedViews.video.watches, startMs), ({ entity }) => entity),
    [['v'], ['v'], ['v'], ['v'], ['v']],
  )
})
