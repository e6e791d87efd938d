import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { VideoState } from '../generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { folderOf, imported, MemoryTarget } from './folders-for-tests.ts'

const t = Date.UTC(2024, 4, 1)
const videosJson = [
  '{"videoId":"v","creatorId":"c","title":"Soup, hot","lengthMs":9000,"categories":["food","home"],"hashtags":["soup"],"uploadTime":"2024-04-01T00:00:00Z","state":"VIDEO_STATE_CLEARED","embedding":[0.5,-1]}',
  '{"videoId":"w","creatorId":"d","state":2}',
].join('\n')
const videosCsv = [
  'video_id,creator_id,title,length_ms,categories,hashtags,upload_time,state,embedding',
  'v,c,"Soup, hot",9000,food|home,soup,1711929600,cleared,0.5|-1',
  'w,d,,,,,,cleared,',
].join('\n')
const eventsJson = [
  `{"evtType":"Impression","userid":"p","evtTime":"2024-05-01T00:00:00Z","videoId":"v","surface":"home"}`,
  `{"evt_type":1,"userid":"p","evt_time":${t + 1_000},"video_id":"v","watch_ms":4000,"event_id":"e1"}`,
  `{"evt_type":"Follow","userid":"p","evt_time":"2024-05-01T00:00:02+00:00","creator_id":"d"}`,
].join('\n')
const eventsCsv = [
  'evt_type,userid,evt_time,video_id,watch_ms,event_id,creator_id,surface',
  `impression,p,${t / 1000},v,,,,home`,
  `Watch,p,${t + 1_000},v,4000,e1,,`,
  `6,p,2024-05-01T00:00:02Z,,,,d,`,
].join('\n')

async function asParquet(folder: string): Promise<string> {
  const target = folderOf({})
  const database = await (await DuckDBInstance.create(':memory:')).connect()
  await database.run(`COPY (SELECT * REPLACE ("uploadTime"::TIMESTAMP AS "uploadTime")
    FROM read_json('${join(folder, 'videos.jsonl')}')) TO '${join(target, 'videos.parquet')}'`)
  await database.run(
    `COPY (SELECT * FROM read_csv('${join(folder, 'events.csv')}', all_varchar = true)) TO '${join(target, 'events_1.parquet')}'`,
  )
  database.closeSync()
  return target
}

test('JSON lines, CSV and Parquet of the same give the same records', async () => {
  const folders = [
    folderOf({ 'videos.jsonl': videosJson, 'events.jsonl.gz': eventsJson }),
    folderOf({ 'videos.csv.gz': videosCsv, 'events.csv': eventsCsv }),
    await asParquet(folderOf({ 'videos.jsonl': videosJson, 'events.csv': eventsCsv })),
  ]
  const contents = []
  for (const folder of folders) {
    const target = new MemoryTarget()
    assert.deepEqual((await imported(folder, target)).refused, {})
    contents.push(target.content)
  }
  assert.equal(contents[0]!.length, 6)
  assert.deepEqual(contents[1], contents[0])
  assert.deepEqual(contents[2], contents[0])
})

test('an event carries the facts of its video, and the page of the impression before it', async () => {
  const target = new MemoryTarget()
  await imported(folderOf({ 'videos.jsonl': videosJson, 'events.jsonl': eventsJson }), target)
  const [page] = target.pages
  assert.deepEqual([page!.surface, page!.timeMs, page!.items.map((item) => item.videoId)], ['home', t, ['v']])
  const [impression, watch, follow] = target.events
  const facts = { creatorId: 'c', lengthMs: 9_000, categories: ['food', 'home'], slateId: page!.slateId, imported: true, untimed: false }
  assert.partialDeepStrictEqual(impression, { ...facts, type: Type.Impression })
  assert.partialDeepStrictEqual(watch, { ...facts, type: Type.Watch, eventId: 'e1', watchMs: 4_000 })
  assert.partialDeepStrictEqual(follow, { type: Type.Follow, creatorId: 'd', slateId: '', videoId: '' })
  const [video] = target.videos
  assert.deepEqual([video!.state, video!.title, video!.embedding], [VideoState.VIDEO_STATE_CLEARED, 'Soup, hot', [0.5, -1]])
})

test("rows of one's own that make no sense are refused with their reason", async () => {
  const target = new MemoryTarget()
  const events = [
    `{"evt_type":"Stare","userid":"p","evt_time":${t},"video_id":"v"}`,
    '{"broken',
    `{"evt_type":"Watch","userid":"p","evt_time":${t}}`,
    `{"evt_type":"Watch","userid":"p","video_id":"v"}`,
    `{"evt_type":"Watch","userid":"p","evt_time":${t},"video_id":"v","watch_ms":-5}`,
    `{"evt_type":"Watch","userid":"p","evt_time":${t},"video_id":"v"}`,
  ]
  const videos = 'video_id,state,embedding,categories\na,gone,,\nb,,1|x,\nc,,,[1\nd,,,\n'
  const state = await imported(folderOf({ 'videos.csv': videos, 'events.jsonl': events.join('\n') }), target)
  assert.deepEqual([target.videos.length, target.events.length], [1, 1])
  assert.deepEqual(state.refused, {
    ROW_BAD_LIST: 2,
    ROW_BAD_STATE: 1,
    ROW_BAD_TIME: 1,
    ROW_BAD_TYPE: 1,
    ROW_COLUMNS: 1,
    ROW_MISSING_ID: 1,
    ROW_WATCH_NEGATIVE: 1,
  })
})
