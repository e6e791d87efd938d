import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Video } from '../server/src/generated/vireo/v1/catalog.ts'
import type { UserVideoEvent } from '../server/src/generated/vireo/v1/events.ts'
import { problemOf, startMs, Type, VideoState, type VireoForTests, vireoForTests } from './vireo-for-tests.ts'

const long = 'x'.repeat(129)
const at = (ms: number) => ({ evtTime: { seconds: BigInt(Math.floor(ms / 1_000)), nanos: 0 } })
const hours = 3_600_000

const bad: readonly (readonly [string, string, string, (vireo: VireoForTests) => UserVideoEvent])[] = [
  ['an unknown type', 'UNKNOWN_EVENT_TYPE', 'evt_type', (v) => v.event('ada', 99 as Type, 'v')],
  ['no type', 'UNKNOWN_EVENT_TYPE', 'evt_type', (v) => v.event('ada', Type.Nothing, 'v')],
  ['no person', 'ID_MISSING', 'userid', (v) => v.event('', Type.Like, 'v')],
  ['an overlong person', 'ID_TOO_LONG', 'userid', (v) => v.event(long, Type.Like, 'v')],
  ['a person of 65 characters and 130 bytes', 'ID_TOO_LONG', 'userid', (v) => v.event('é'.repeat(65), Type.Like, 'v')],
  ['a person that is no Unicode', 'ID_INVALID', 'userid', (v) => v.event('a\ud800', Type.Like, 'v')],
  ['no video', 'ID_MISSING', 'video_id', (v) => v.event('ada', Type.Like)],
  ['an overlong video', 'ID_TOO_LONG', 'video_id', (v) => v.event('ada', Type.Like, long)],
  ['an unknown video', 'UNKNOWN_VIDEO', 'video_id', (v) => v.event('ada', Type.Like, 'nobody')],
  ['a removed video', 'UNKNOWN_VIDEO', 'video_id', (v) => v.event('ada', Type.Like, 'removed')],
  ['an overlong event id', 'ID_TOO_LONG', 'event_id', (v) => v.event('ada', Type.Like, 'v', { eventId: long })],
  ['no creator to follow', 'ID_MISSING', 'creator_id', (v) => v.event('ada', Type.Follow)],
  ['an overlong creator', 'ID_TOO_LONG', 'creator_id', (v) => v.event('ada', Type.Follow, '', { creatorId: long })],
  ['an overlong creator beside a video', 'ID_TOO_LONG', 'creator_id', (v) => v.event('ada', Type.Follow, 'v', { creatorId: long })],
  ['an overlong category', 'ID_TOO_LONG', 'category', (v) => v.event('ada', Type.NotInterested, '', { category: long })],
  ['an overlong category beside a video', 'ID_TOO_LONG', 'category', (v) => v.event('ada', Type.NotInterested, 'v', { category: long })],
  ['an overlong surface', 'ID_TOO_LONG', 'surface', (v) => v.event('ada', Type.Like, 'v', { surface: long })],
  ['an overlong reason', 'TEXT_TOO_LONG', 'reason', (v) => v.event('ada', Type.Report, 'v', { reason: 'x'.repeat(1_001) })],
  ['a time in the future', 'EVENT_IN_FUTURE', 'evt_time', (v) => v.event('ada', Type.Like, 'v', at(startMs + 601_000))],
  ['a time before the horizon', 'EVENT_TOO_OLD', 'evt_time', (v) => v.event('ada', Type.Like, 'v', at(startMs - 72 * hours - 1_000))],
  ['a negative watch', 'WATCH_OUT_OF_RANGE', 'watch_ms', (v) => v.event('ada', Type.Watch, 'v', { watchMs: -1 })],
  ['a watch longer than a day', 'WATCH_OUT_OF_RANGE', 'watch_ms', (v) => v.event('ada', Type.Watch, 'v', { watchMs: 86_400_001 })],
  ['an event id used again with other content', 'EVENT_ID_REUSED', 'event_id', (v) => v.event('ada', Type.Share, 'v', { eventId: 'used' })],
]

async function prepared(t: Parameters<typeof vireoForTests>[0]): Promise<VireoForTests> {
  const vireo = await vireoForTests(t)
  await vireo.put('v', 'removed')
  await vireo.changeState('removed', VideoState.VIDEO_STATE_REMOVED)
  await vireo.did('ada', Type.Like, 'v', { eventId: 'used' })
  return vireo
}

test('bad events are refused by index with code and field, and the rest of the batch is accepted', async (t) => {
  const vireo = await prepared(t)
  const batch = bad.flatMap(([, , , make], n) => [
    make(vireo),
    vireo.event('bob', Type.Watch, 'v', { eventId: `good ${n}`, watchMs: 11_000 }),
  ])
  const { accepted, duplicates, refused } = await vireo.send(...batch)
  assert.deepEqual(
    refused.map(({ code, field, index, retryable }) => [bad[index / 2]![0], code, field, retryable]),
    bad.map(([what, code, field]) => [what, code, field, false]),
  )
  assert.deepEqual([accepted, duplicates], [bad.length, 0])
  for (const { message } of refused) assert.ok(message.length > 10)
  assert.equal((await vireo.stats('v')).watchCount, bad.length)
})

test('the limits themselves are allowed', async (t) => {
  const vireo = await prepared(t)
  await vireo.did('x'.repeat(128), Type.Like, 'v', { eventId: 'é'.repeat(64) })
  await vireo.did('ada', Type.Like, 'v', at(startMs + 600_000))
  await vireo.did('ada', Type.Share, 'v', at(startMs - 72 * hours))
  await vireo.did('ada', Type.Watch, 'v', { watchMs: 86_400_000 })
  await vireo.did('ada', Type.Watch, 'v', { watchMs: 0, eventId: 'zero' })
  assert.equal((await vireo.page('ada', { resultPerPage: 50 })).results.length, 0)
})

test('an event that comes again changes nothing and is counted as a duplicate', async (t) => {
  const vireo = await prepared(t)
  const event = vireo.event('ada', Type.Share, 'v', { eventId: 'twice' })
  assert.deepEqual(await vireo.send(event, event), { accepted: 1, duplicates: 1, refused: [] })
  assert.deepEqual(await vireo.send(event), { accepted: 0, duplicates: 1, refused: [] })
  const after = await vireo.afterCrash()
  assert.deepEqual(await after.send(event), { accepted: 0, duplicates: 1, refused: [] })
  assert.equal((await vireo.stats('v')).shareCount, 1)
  assert.deepEqual(await after.send({ ...event, userid: 'bob' }), { accepted: 1, duplicates: 0, refused: [] })
})

test('an event without an id is the same when all that it says is the same', async (t) => {
  const vireo = await prepared(t)
  const event = vireo.event('ada', Type.Watch, 'v', { watchMs: 3_000, ...at(startMs - 5_000) })
  assert.deepEqual(await vireo.send(event, event, { ...event, watchMs: 3_001 }), { accepted: 2, duplicates: 1, refused: [] })
})

test("an event's id may be anything, also a slate's", async (t) => {
  const vireo = await prepared(t)
  await vireo.put('w')
  await vireo.page('ada')
  const [slate] = await vireo.slates()
  await vireo.did('ada', Type.Share, 'v', { eventId: slate!.slateId })
})

test('an event whose write failed can be sent again', async (t) => {
  const vireo = await prepared(t)
  const gone = new AbortController()
  gone.abort()
  const event = vireo.event('ada', Type.Share, 'v', { eventId: 'again' })
  await assert.rejects(vireo.vireo.services.events.accept([event], gone.signal))
  assert.deepEqual(await vireo.send(event), { accepted: 1, duplicates: 0, refused: [] })
})

test('bad requests for a feed are refused with code and field', async (t) => {
  const vireo = await prepared(t)
  const requests: [string, string, object][] = [
    ['ID_MISSING', 'userid', { userid: '' }],
    ['ID_TOO_LONG', 'userid', { userid: long }],
    ['PAGE_NEGATIVE', 'page_number', { pageNumber: -1 }],
    ['COUNT_OUT_OF_RANGE', 'result_per_page', { resultPerPage: 51 }],
    ['COUNT_OUT_OF_RANGE', 'result_per_page', { resultPerPage: -1 }],
    ['SURFACE_INVALID', 'context.surface', { context: { surface: 'a.b' } }],
    ['TEXT_TOO_LONG', 'context.device', { context: { device: 'x'.repeat(65) } }],
    ['TEXT_TOO_LONG', 'context.language', { context: { language: 'x'.repeat(65) } }],
    ['TOO_MANY_SHOWN', 'context.shown_video_ids', { context: { shownVideoIds: Array.from({ length: 101 }, () => 'v') } }],
    ['ID_MISSING', 'context.shown_video_ids', { context: { shownVideoIds: [''] } }],
    ['OUT_OF_RANGE', 'context.age', { context: { age: -1 } }],
    ['OUT_OF_RANGE', 'context.age', { context: { age: 151 } }],
    ['OUT_OF_RANGE', 'context.network_kbps', { context: { networkKbps: -1 } }],
  ]
  for (const [code, field, request] of requests) {
    assert.deepEqual(await problemOf(vireo.page('ada', request)), { code, field, retryable: false })
  }
  assert.equal((await vireo.slates()).length, 0)
})

test('bad videos are refused by index with code and field, and the rest of the batch is accepted', async (t) => {
  const vireo = await prepared(t)
  const category = { name: 'k', confidence: 1, source: '' }
  const videos: [string, string, Partial<Video>][] = [
    ['ID_MISSING', 'video_id', { videoId: '' }],
    ['ID_TOO_LONG', 'video_id', { videoId: long }],
    ['ID_INVALID', 'video_id', { videoId: '\udfff' }],
    ['ID_INVALID', 'creator_id', { creatorId: '\ud800' }],
    ['ID_TOO_LONG', 'creator_id', { creatorId: long }],
    ['ID_TOO_LONG', 'audio_id', { audioId: long }],
    ['TEXT_TOO_LONG', 'title', { title: 'x'.repeat(1_001) }],
    ['TEXT_TOO_LONG', 'content_url', { contentUrl: 'x'.repeat(4_097) }],
    ['TEXT_TOO_LONG', 'language', { language: 'x'.repeat(65) }],
    ['TEXT_TOO_LONG', 'countries', { countries: ['x'.repeat(65)] }],
    ['ID_TOO_LONG', 'hashtags', { hashtags: [long] }],
    ['TOO_MANY', 'hashtags', { hashtags: Array.from({ length: 65 }, () => 'x') }],
    ['ID_MISSING', 'categories.name', { categories: [{ ...category, name: '' }] }],
    ['ID_TOO_LONG', 'categories.source', { categories: [{ ...category, source: long }] }],
    ['OUT_OF_RANGE', 'categories.confidence', { categories: [{ ...category, confidence: Number.NaN }] }],
    ['OUT_OF_RANGE', 'length_ms', { lengthMs: 0 }],
    ['OUT_OF_RANGE', 'age_rating', { ageRating: 151 }],
    ['OUT_OF_RANGE', 'upload_time', { uploadTime: { seconds: -1n, nanos: 0 } }],
    ['OUT_OF_RANGE', 'upload_time', { uploadTime: { seconds: 2n ** 32n, nanos: 0 } }],
    ['NOT_FINITE', 'embedding', { embedding: [1, Number.NaN] }],
    ['STATE_INVALID', 'state', { state: VideoState.VIDEO_STATE_REMOVED }],
  ]
  const whole = videos.map(([, , video]) => Video.create({ videoId: 'bad', ...video }))
  const { accepted, refused } = await vireo.vireo.services.catalog.put(
    [...whole, Video.create({ videoId: 'good' })],
    new AbortController().signal,
  )
  assert.deepEqual(
    refused.map(({ code, field, index }) => [index, code, field]),
    videos.map(([code, field], index) => [index, code, field]),
  )
  assert.equal(accepted, 1)
  assert.equal((await vireo.vireo.services.catalog.get('good')).video.videoId, 'good')
  assert.deepEqual(await problemOf(vireo.vireo.services.catalog.get('bad')), { code: 'UNKNOWN_VIDEO', field: 'video_id', retryable: false })
})
