import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../clock.ts'
import { EventRecord, SlateRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import { VideoState } from '../generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { LakeDatabase } from '../lake/database.ts'
import { eventRows } from '../lake/event-rows.ts'
import { slateRows } from '../lake/slate-rows.ts'
import { videoRows } from '../lake/video-rows.ts'
import { categoryCounts } from './categories.ts'
import { measures } from './measures.ts'
import { makeMeasureTables, readCategories, readInventory, readMeasures } from './read-measures.ts'

const today = Date.UTC(2026, 0, 15) / dayMs
const noonMs = today * dayMs + 12 * hourMs

type Sent = Parameters<typeof EventRecord.fromPartial>[0]

/** Tables of a lake, made by hand. Everything happens at noon of the day if it does not say when. */
class Tables {
  readonly events: EventRecord[] = []
  readonly slates: SlateRecord[] = []
  readonly videos: VideoRecord[] = []

  did(person: string, type: Type, videoId = 'a', more: Sent = {}): void {
    this.events.push(EventRecord.fromPartial({ type, person, videoId, timeMs: noonMs, lengthMs: 60_000, ...more }))
  }

  watched(person: string, watchMs: number, more: Sent = {}): void {
    this.did(person, Type.Watch, 'a', { watchMs, ...more })
  }

  shown(person: string, videoIds: readonly string[], timeMs = noonMs): void {
    this.slates.push(
      SlateRecord.fromPartial({ slateId: `s${this.slates.length}`, person, timeMs, items: videoIds.map((videoId) => ({ videoId })) }),
    )
  }

  put(videoId: string, more: Parameters<typeof VideoRecord.fromPartial>[0]['video'] = {}, timeMs = noonMs): void {
    const video = {
      videoId,
      creatorId: `by-${videoId}`,
      state: VideoState.VIDEO_STATE_CLEARED,
      uploadTime: { seconds: BigInt(timeMs / 1_000) },
      ...more,
    }
    this.videos.push(VideoRecord.fromPartial({ video, timeMs }))
  }

  async open(test: Pick<TestContext, 'after'>): Promise<LakeDatabase> {
    const tempFolder = mkdtempSync(join(tmpdir(), 'vireo-measures-'))
    const database = await LakeDatabase.open({ memoryMb: 128, tempFolder })
    test.after(() => {
      database.close()
      rmSync(tempFolder, { recursive: true })
    })
    await fill(database, 'events', eventRows, this.events)
    await fill(database, 'served', slateRows, this.slates)
    await fill(database, 'catalog', videoRows, this.videos)
    return database
  }
}

async function fill<Message>(
  database: LakeDatabase,
  table: string,
  { columns, rowsOf }: Pick<typeof eventRows, 'columns'> & { rowsOf: (message: Message) => unknown[][] },
  messages: readonly Message[],
): Promise<void> {
  await database.run(`CREATE TABLE ${table} (${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}, log_offset BIGINT)`)
  const rows = messages.flatMap((message, offset) => rowsOf(message).map((row) => [...row, offset]))
  for (const row of rows) await database.run(`INSERT INTO ${table} VALUES (${row.map(literal).join(', ')})`)
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  return typeof value === 'string' ? `'${value}'` : String(value)
}

/** The measures of a day by name, as value and what it is out of. */
async function measured(test: TestContext, tables: Tables, day = today): Promise<Record<string, number | undefined>> {
  const database = await tables.open(test)
  await makeMeasureTables(database, [day])
  const values = (await readMeasures(database, [day])).get(day)!
  return Object.fromEntries(measures.map(({ name }, at) => [name, values[at]!.value]))
}

test('a watch is 10 s or to the end; a play whose length is unknown must be 10 s', async (t) => {
  const tables = new Tables()
  for (const [watchMs, lengthMs] of [
    [9_999, 60_000],
    [10_000, 60_000],
    [4_000, 4_000],
    [3_999, 4_000],
    [9_999, undefined],
    [10_000, undefined],
    [undefined, 60_000],
  ])
    tables.watched('ada', 0, { watchMs, lengthMs })
  tables.shown('ada', ['a', 'b', 'c', 'd', 'e', 'f'])
  const { watches, impressions, watch_rate } = await measured(t, tables)
  assert.deepEqual([watches, impressions, watch_rate], [3, 6, 0.5])
})

test('of a play count ten minutes at most, and what was imported without a time counts on no day', async (t) => {
  const tables = new Tables()
  tables.watched('ada', 3_600_000)
  tables.watched('ben', 30_000, { untimed: true })
  const { watch_time, active_people_day } = await measured(t, tables)
  assert.deepEqual([watch_time, active_people_day], [600_000, 1])
})

test('a session succeeds with more than 100 s of watching, and a break of half an hour ends it', async (t) => {
  const tables = new Tables()
  tables.watched('ada', 60_000)
  tables.watched('ada', 40_001, { timeMs: noonMs + 30 * minuteMs })
  tables.watched('ben', 60_000)
  tables.watched('ben', 60_000, { timeMs: noonMs + 30 * minuteMs + 1 })
  const { session_success } = await measured(t, tables)
  assert.equal(session_success, 1 / 3)
})

test('a session over midnight counts on the day on which it began', async (t) => {
  const tables = new Tables()
  const midnightMs = today * dayMs
  tables.watched('ada', 60_000, { timeMs: midnightMs - minuteMs })
  tables.watched('ada', 60_000, { timeMs: midnightMs + minuteMs })
  assert.equal((await measured(t, tables, today - 1)).session_success, 1)
  assert.equal((await measured(t, tables)).session_success, undefined)
})

test('at risk is who disliked more than a tenth of their watches within the last week', async (t) => {
  const tables = new Tables()
  const weekAgo = noonMs - 6 * dayMs
  for (const person of ['ada', 'ben', 'eve']) for (let n = 0; n < 10; n++) tables.watched(person, 10_000, { timeMs: weekAgo })
  tables.did('ada', Type.Dislike)
  tables.did('ben', Type.Dislike)
  tables.did('ben', Type.NotInterested, '', { timeMs: weekAgo })
  tables.did('eve', Type.Dislike)
  tables.did('eve', Type.Dislike, 'a', { timeMs: weekAgo - dayMs })
  assert.equal((await measured(t, tables)).people_at_risk, 1 / 3)
})

test('irresponsible was what is reported or taken down afterwards, not what was so before', async (t) => {
  const tables = new Tables()
  for (const video of ['a', 'b', 'c', 'd']) tables.put(video, {}, noonMs - dayMs)
  tables.shown('ada', ['a', 'b', 'c', 'd'])
  tables.did('ben', Type.Report, 'a', { timeMs: noonMs + 3 * dayMs })
  tables.put('b', { state: VideoState.VIDEO_STATE_TAKEN_DOWN }, noonMs + hourMs)
  tables.did('ben', Type.Report, 'c', { timeMs: noonMs - hourMs })
  assert.equal((await measured(t, tables)).responsibility, 0.5)
})

test('rates are of watches, and unknown where there were none, but a count is 0', async (t) => {
  const tables = new Tables()
  tables.watched('ada', 20_000)
  tables.watched('ada', 20_000)
  tables.did('ada', Type.Like)
  const { like_rate, dislike_rate } = await measured(t, tables)
  assert.deepEqual([like_rate, dislike_rate], [0.5, 0])
  const before = await measured(t, tables, today - 40)
  assert.deepEqual([before.like_rate, before.watches, before.active_people_day, before.watch_time], [undefined, 0, 0, undefined])
})

test('a month is the last 30 days, this one included', async (t) => {
  const tables = new Tables()
  tables.watched('ada', 1, { timeMs: noonMs - 29 * dayMs })
  tables.watched('ada', 1)
  tables.watched('ben', 1, { timeMs: noonMs - 29 * dayMs })
  tables.watched('eve', 1, { timeMs: noonMs - 30 * dayMs })
  const { active_people_day, active_people_month, active_days_month } = await measured(t, tables)
  assert.deepEqual([active_people_day, active_people_month, active_days_month], [1, 2, 1.5])
})

test('who published in a month counts with the likes for each watch of their videos', async (t) => {
  const tables = new Tables()
  tables.put('a')
  tables.put('b')
  tables.put('old', {}, noonMs - 30 * dayMs)
  for (let n = 0; n < 4; n++) tables.watched('ada', 10_000)
  tables.did('ada', Type.Like)
  tables.did('ada', Type.Like, 'old')
  const { publishing_creators, publishing_creators_by_likes } = await measured(t, tables)
  assert.deepEqual([publishing_creators, publishing_creators_by_likes], [2, 0.25])
})

test('the time to the first impression is the median over uploads of the day', async (t) => {
  const tables = new Tables()
  for (const [video, afterMs] of Object.entries({ a: 1_000, b: 3_000, c: 20_000 })) {
    tables.put(video)
    tables.shown('ada', [video], noonMs + afterMs)
    tables.shown('ben', [video], noonMs + hourMs)
  }
  tables.put('never')
  assert.equal((await measured(t, tables)).first_impression, 3_000)
})

test('the inventory is what was well watched or liked and may be shown, by language, country and category', async (t) => {
  const tables = new Tables()
  tables.put('a', { language: 'pt', countries: ['BR'], categories: [{ name: 'cats' }] })
  tables.put('b', { language: 'pt', categories: [{ name: 'cats' }, { name: 'dogs' }] })
  tables.put('gone', { state: VideoState.VIDEO_STATE_TAKEN_DOWN })
  for (let n = 0; n < 10; n++) tables.watched('ada', 10_000)
  for (let n = 0; n < 9; n++) tables.watched('ada', 10_000, { videoId: 'b' })
  for (let n = 0; n < 3; n++) tables.did(`p${n}`, Type.Like, 'gone')
  const database = await tables.open(t)
  await makeMeasureTables(database, [today])
  const inventory = measures.findIndex(({ name }) => name === 'inventory')
  assert.equal((await readMeasures(database, [today])).get(today)![inventory]!.value, 1)
  assert.deepEqual(
    (await readInventory(database)).map(({ dimension, name, videos, wellWatched }) => [dimension, name, wellWatched, videos]),
    [
      ['category', 'dogs', 0, 1],
      ['country', '', 0, 1],
      ['category', 'cats', 1, 2],
      ['language', 'pt', 1, 2],
      ['country', 'BR', 1, 1],
    ],
  )
})

test('a category has what was shown and done with its videos on the day; what has none is told too', async (t) => {
  const tables = new Tables()
  tables.put('a', { categories: [{ name: 'cats' }, { name: 'dogs' }] })
  tables.put('b', { categories: [{ name: 'cats' }] })
  tables.shown('ada', ['a', 'b', 'unknown'])
  tables.shown('ada', ['b'], noonMs - dayMs)
  tables.watched('ada', 30_000)
  tables.watched('ada', 700_000)
  tables.watched('ada', 5_000, { videoId: 'b' })
  tables.did('ada', Type.Like)
  tables.did('ada', Type.NotInterested, 'b')
  const database = await tables.open(t)
  await makeMeasureTables(database, [today - 1, today])
  const days = await readCategories(database)
  assert.deepEqual(categoryCounts, ['impressions', 'plays', 'watches', 'watch_ms', 'likes', 'dislikes'])
  assert.deepEqual(Object.fromEntries(days.get(today)!), {
    cats: [2, 3, 2, 635_000, 1, 1],
    dogs: [1, 2, 2, 630_000, 1, 0],
    '': [1, 0, 0, 0, 0, 0],
  })
  assert.deepEqual(Object.fromEntries(days.get(today - 1)!), { cats: [1, 0, 0, 0, 0, 0] })
})
