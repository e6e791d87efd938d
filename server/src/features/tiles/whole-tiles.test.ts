import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayMs, hourMs, minuteMs } from '../../clock.ts'
import { EventRecord } from '../../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import type { View } from '../language/view.ts'
import { otherViews } from '../sql/views-for-tests.ts'
import { type AnyRecord, anyRecords, startMs } from '../streams-for-tests.ts'
import { feedViews } from '../views/feed-views.ts'
import { ChangedEntities } from './changed-entities.ts'
import { DiskForTests } from './disk-for-tests.ts'
import { FeatureTiles, type FeatureTilesOptions } from './feature-tiles.ts'
import { isRecent, recentMs } from './tile-topics.ts'
import { TileWriterForTests, type WrittenTile } from './whole-tiles-for-tests.ts'

const { category, person, personCategory, video } = feedViews
const views: readonly View[] = [...otherViews, video.watches, personCategory.watches, category.history, person.impressions]
const partitions = 3

/** A server that takes tiles from partitions, and is saved with its positions. */
class Reader {
  readonly disk = new DiskForTests()
  readonly #writer: TileWriterForTests
  /** Whether a tile is still in its topic. */
  readonly #isThere: (written: WrittenTile) => boolean
  #saved: readonly number[] = []
  nextOf: number[] = []
  tiles!: FeatureTiles
  #watched!: Watched[]

  constructor(writer: TileWriterForTests, isThere: (written: WrittenTile) => boolean = () => true) {
    this.#writer = writer
    this.#isThere = isThere
    this.restart(startMs)
  }

  restart(nowMs: number): void {
    const options: FeatureTilesOptions = { views, whole: true, personal: { owner: 'person', rows: this.disk, cacheMb: 0.002 } }
    this.tiles = new FeatureTiles(options)
    this.tiles.expire(nowMs)
    this.disk.load(this.tiles.tables)
    this.nextOf = this.#writer.partitions.map((_, at) => this.#saved[at] ?? 0)
    this.#watched = [video.watches, category.history].map((view) => new Watched(this.tiles, view))
  }

  save(): void {
    this.disk.save(this.tiles.tables)
    this.#saved = [...this.nextOf]
  }

  take(partition: number, most: number, nowMs: number): void {
    const written = this.#writer.partitions[partition]!
    const end = Math.min(written.length, this.nextOf[partition]! + most)
    for (const each of written.slice(this.nextOf[partition], end)) {
      if (this.#isThere(each)) this.tiles.put(each.view, each.tile, each.writtenMs)
    }
    this.nextOf[partition] = end
    const reachedMs = this.#writer.partitions.map((own, at) => {
      const next = this.nextOf[at]!
      return next === own.length ? nowMs : (own[next - 1]?.writtenMs ?? Number.NEGATIVE_INFINITY)
    })
    for (const view of views) this.tiles.reached(view, Math.min(...reachedMs))
  }

  takeAll(nowMs: number): void {
    for (let partition = 0; partition < partitions; partition++) this.take(partition, Number.POSITIVE_INFINITY, nowMs)
  }

  /** Has all windows as one has them who counted the records. */
  check(counted: FeatureTiles, nowMs: number): void {
    for (const view of views) {
      const [own, other] = [this.tiles.reader<string>(view), counted.reader<string>(view)]
      const keys = new Map(Array.from(this.#writer.tiles.tiles(view, nowMs), ({ entity }) => [JSON.stringify(entity), entity]))
      const read = (reader: typeof own, [owner, ...others]: readonly (string | number)[]) => {
        const into = new Float64Array(reader.width)
        const untilMs = reader.windowValues(reader.find(owner!, ...others), nowMs, into)
        return { values: [...into], untilMs }
      }
      for (const [name, key] of keys) assert.deepEqual(read(own, key), read(other, key), `${view.name} of ${name}`)
      const tilesOf = (tiles: FeatureTiles) =>
        Array.from(tiles.tiles(view, nowMs), ({ entity, hopMs, startMs, values }) =>
          JSON.stringify([entity, hopMs, startMs, [...values]]),
        ).sort()
      if (Object.keys(view.entity)[0] !== 'person') assert.deepEqual(tilesOf(this.tiles), tilesOf(counted), view.name)
    }
    for (const each of this.#watched) each.check(nowMs)
  }

  look(nowMs: number): void {
    for (const each of this.#watched) each.look(nowMs)
  }
}

/** Keeps values of windows, and reads again only those of which it was told, or whose time is over. */
class Watched {
  readonly #reader: ReturnType<FeatureTiles['reader']>
  readonly #changed = new ChangedEntities()
  readonly #kept = new Map<number, { values: number[]; untilMs: number }>()

  constructor(tiles: FeatureTiles, view: View) {
    this.#reader = tiles.reader(view)
    this.#reader.tell(this.#changed, 1)
  }

  look(nowMs: number): void {
    for (let entity = 0; entity < 40; entity++) {
      const kept = this.#kept.get(entity)
      if (this.#changed.take(entity) !== 0 || kept === undefined || kept.untilMs <= nowMs) this.#kept.set(entity, this.#read(entity, nowMs))
    }
  }

  check(nowMs: number): void {
    this.look(nowMs)
    for (const [entity, kept] of this.#kept) assert.deepEqual(kept.values, this.#read(entity, nowMs).values)
  }

  #read(entity: number, nowMs: number) {
    const into = new Float64Array(this.#reader.width)
    const untilMs = this.#reader.windowValues(entity, nowMs, into)
    return { values: [...into], untilMs }
  }
}

const later = ({ ...record }: AnyRecord, byMs: number): AnyRecord =>
  'event' in record
    ? { event: { ...record.event, timeMs: record.event.timeMs + byMs } }
    : { slate: { ...record.slate, timeMs: record.slate.timeMs + byMs } }

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('take' as const), partition: fc.nat(partitions - 1), most: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.constant({ what: 'write' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('pass' as const),
      ms: fc.oneof(fc.nat(10 * minuteMs), fc.nat(5 * hourMs), fc.nat(6 * dayMs)),
      most: fc.nat(60),
    }),
  },
  fc.record({ what: fc.constant('again' as const), partition: fc.nat(partitions - 1), most: fc.nat(100) }),
  { weight: 2, arbitrary: fc.constantFrom({ what: 'save' as const }, { what: 'restart' as const }) },
  fc.constantFrom({ what: 'look' as const }, { what: 'check' as const }),
)
const someRecords = fc.constantFrom(20 * minuteMs, 3 * hourMs).chain((spanMs) => anyRecords({ minLength: 20, maxLength: 150 }, spanMs))

test('tiles that come late, again, and in any order of hops make the windows that counting makes, over restarts and days', () => {
  fc.assert(
    fc.property(someRecords, fc.array(step, { minLength: 15, maxLength: 40 }), (records, steps) => {
      const writer = new TileWriterForTests(views, partitions)
      const reader = new Reader(writer)
      const counted = new FeatureTiles({ views })
      let nowMs = startMs
      counted.expire(nowMs)
      const left = [...records]
      const write = (most: number) => {
        // Whatever is written now happened lately.
        const own = left.splice(0, most).map((record) => later(record, nowMs - startMs))
        for (const record of own) 'event' in record ? counted.event(record.event) : counted.slate(record.slate)
        writer.write(own, nowMs)
      }
      const pass = (ms: number, most?: number) => {
        nowMs += ms
        counted.expire(nowMs)
        reader.tiles.expire(nowMs, most)
      }
      for (const step of steps) {
        if (step.what === 'take') reader.take(step.partition, step.most, nowMs)
        else if (step.what === 'write') write(Math.ceil(records.length / 8))
        else if (step.what === 'pass') pass(step.ms, step.most)
        else if (step.what === 'again') reader.nextOf[step.partition] = Math.max(0, reader.nextOf[step.partition]! - step.most)
        else if (step.what === 'save') reader.save()
        else if (step.what === 'restart') reader.restart(nowMs)
        else if (step.what === 'look') reader.look(nowMs)
        else {
          reader.takeAll(nowMs)
          reader.check(counted, nowMs)
        }
      }
      write(records.length)
      for (const ms of [0, 8 * dayMs, 12 * hourMs, 12 * hourMs, 30 * dayMs]) {
        pass(ms)
        for (const _ of ['what is left', 'all of it once more']) {
          reader.takeAll(nowMs)
          reader.check(counted, nowMs)
          reader.nextOf.fill(0)
        }
        const late = new Reader(writer, ({ tile, writtenMs }) => !isRecent(tile.hopMs) || writtenMs + recentMs > nowMs)
        late.restart(nowMs)
        late.takeAll(nowMs)
        late.check(counted, nowMs)
      }
    }),
    { numRuns: 120 },
  )
})

const play = (timeMs: number) => ({
  event: EventRecord.fromPartial({ type: Type.Watch, person: 'ada', videoId: 'v', categories: ['x'], timeMs, watchMs: 12_000 }),
})

test('history that is imported over some hours counts, once, however old it is', () => {
  const writer = new TileWriterForTests(views, partitions)
  const reader = new Reader(writer)
  const counted = new FeatureTiles({ views })
  let nowMs = startMs
  const come = (record: ReturnType<typeof play>) => {
    for (const tiles of [counted, reader.tiles]) tiles.expire(nowMs)
    counted.event(record.event)
    writer.write([record], nowMs)
    reader.takeAll(nowMs)
    reader.check(counted, nowMs)
  }
  for (let day = 60; day > 0; day--) {
    for (const hour of [3, 9, 21]) {
      nowMs += 10 * minuteMs
      come(play(startMs - day * dayMs + hour * hourMs))
    }
  }
  const rowBytes = () => {
    reader.save()
    return reader.disk.rowsOf('tiles_video_id').get('v')!.length
  }
  const before = rowBytes()
  for (const ms of [12 * dayMs, hourMs]) {
    nowMs += ms
    come(play(nowMs))
  }
  const after = rowBytes()
  assert.ok(before > 600 && after < 120, `${before} bytes, then ${after}`)
  reader.restart(nowMs)
  reader.nextOf.fill(0)
  reader.takeAll(nowMs)
  reader.check(counted, nowMs)
})
