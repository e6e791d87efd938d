import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Feature } from '../server/src/features/vector/feature.ts'
import { feedFeatureSet } from '../server/src/features/vector/feed-feature-set.ts'
import type { FeatureRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { decoders } from '../server/src/state/read-record.ts'
import { Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const surface = 'main'

async function vectors(vireo: VireoForTests): Promise<FeatureRecord[]> {
  return (await vireo.records('features')).map(({ value }) => decoders.features(value) as FeatureRecord)
}

/** A vector's values by name. */
function named(features: readonly Feature[], values: readonly number[]): Record<string, number | number[]> {
  let at = 0
  const byName = features.map(({ name, length }) => {
    const value = length === undefined ? values[at]! : values.slice(at, at + length)
    at += length ?? 1
    return [name, value] as const
  })
  assert.equal(values.length, at)
  return Object.fromEntries(byName)
}

const personSide = (record: FeatureRecord) => named(feedFeatureSet.personFeatures, record.personValues)
const itemSide = (record: FeatureRecord, videoId: string) =>
  named(feedFeatureSet.itemFeatures, record.items.find((item) => item.videoId === videoId)!.values)

test('each page is logged with the vectors that it was made with, item by item', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(30))
  await vireo.page('ada')
  await vireo.page('ada')
  const slates = await vireo.slates()
  const records = await vectors(vireo)
  assert.deepEqual(
    records.map(({ slateId, person, timeMs, featureSet, items }) => ({
      slateId,
      person,
      timeMs,
      featureSet,
      videos: items.map(({ videoId }) => videoId),
    })),
    slates.map(({ slateId, person, timeMs, items }) => ({
      slateId,
      person,
      timeMs,
      featureSet: 'feed@1',
      videos: items.map(({ videoId }) => videoId),
    })),
  )
  // A page is not among what it was made with; the one before is.
  assert.deepEqual(
    records.map((record) => personSide(record).person_impressions_1h),
    [0, 10],
  )
})

test('the next page knows what was done on the one before: rates, session, last videos, what is like them', async (t) => {
  const vireo = await vireoForTests(t)
  const video = (n: number) => ({
    videoId: `v${n}`,
    creatorId: 'carol',
    audioId: 'song',
    lengthMs: 20_000,
    categories: [{ name: 'cats', confidence: 1, source: '' }],
  })
  await vireo.put(...Array.from({ length: 30 }, (_, n) => video(n)))
  const [first, second] = (await vireo.page('ada', { context: { surface } })).results
  vireo.clock.pass({ seconds: 30 })
  await vireo.did('ada', Type.Watch, first!.videoId, { watchMs: 19_000, tracking: first!.tracking })
  await vireo.did('ada', Type.Like, first!.videoId, { tracking: first!.tracking })
  vireo.clock.pass({ seconds: 30 })
  await vireo.did('ada', Type.Watch, second!.videoId, { watchMs: 1_000, tracking: second!.tracking })
  vireo.clock.pass({ minutes: 1 })
  await vireo.page('ada', { context: { surface } })
  const record = (await vectors(vireo)).at(-1)!
  const person = personSide(record)
  const wanted = {
    session_ms: 120_000,
    session_pages: 1,
    session_plays: 2,
    session_long_views: 1,
    session_skips: 1,
    session_skips_in_a_row: 1,
    person_impressions_24h: 10,
    person_plays_of_known_length_1h: 2,
    person_long_views_all: 1,
    person_finishes_all: 0,
    person_skips_7d: 1,
    person_watch_ms_1h: 20_000,
    person_likes_1h: 1,
    surface_long_views_all: 1,
    person_surface_plays_of_known_length_24h: 2,
  }
  assert.deepEqual(pick(person, wanted), wanted)
  assert.deepEqual(record.recentVideos, [second!.videoId, first!.videoId])
  assert.deepEqual((person.recent_gaps_s as number[]).slice(0, 3), [60, 90, 0])
  assert.deepEqual((person.recent_watch_ratios as number[]).slice(0, 3), [50, 950, 0])
  const item = itemSide(record, record.items[0]!.videoId)
  const ofItem = {
    video_length_ms: 20_000,
    video_age_hours: 0,
    video_long_views_1h: 0,
    recent_of_category: 2,
    recent_of_creator: 2,
    recent_long_views_of_audio: 1,
    creator_long_views_10m: 1,
    creator_impressions_10m: 10,
    audio_likes_all: 1,
    category_skips_1h: 1,
    category_watch_ms_24h: 20_000,
    length_long_views_all: 1,
    person_category_likes_24h: 1,
    person_category_plays_of_known_length_all: 2,
    person_length_long_views_7d: 1,
  }
  assert.deepEqual(pick(item, ofItem), ofItem)
})

const pick = (from: Record<string, unknown>, names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, from[name]]))

test('what one person did is in the very next page of everybody', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put({ videoId: 'v', lengthMs: 20_000 })
  await vireo.page('ann', { context: { surface } })
  const before = itemSide((await vectors(vireo)).at(-1)!, 'v')
  await vireo.did('bob', Type.Watch, 'v', { watchMs: 19_000 })
  await vireo.page('cid', { context: { surface } })
  const after = itemSide((await vectors(vireo)).at(-1)!, 'v')
  assert.deepEqual([before.video_long_views_10m, after.video_long_views_10m], [0, 1])
  assert.deepEqual([before.video_impressions_1h, after.video_impressions_1h], [0, 1])
})

test('what was counted is the same after an orderly end, after a crash, and made anew from the log', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(40))
  for (const person of ['ada', 'bob', 'cyd']) {
    const { results } = await vireo.page(person)
    for (const { videoId, tracking } of results.slice(0, 4)) await vireo.did(person, Type.Watch, videoId, { watchMs: 12_000, tracking })
    vireo.clock.pass({ minutes: 17 })
  }
  const others = [await vireo.afterCrash(), await vireo.afterCrash({ onlyLog: true })]
  await vireo.page('ada', { requestId: 7n })
  const wanted = (await vectors(vireo)).at(-1)
  for (const other of others) {
    await other.page('ada', { requestId: 7n })
    assert.deepEqual((await vectors(other)).at(-1), wanted)
  }
  const again = await vireo.restarted()
  await again.page('ada', { requestId: 5n })
  const [before, after] = (await vectors(again)).slice(-2)
  assert.equal(personSide(after!).person_impressions_all, (personSide(before!).person_impressions_all as number) + 10)
})

test('of a share of pages the vectors are logged, the same share of each process', async (t) => {
  const vireo = await vireoForTests(t, { config: { features: { logShare: 0.5 } } })
  await vireo.put(...videoIds(30))
  for (let n = 0; n < 60; n++) await vireo.page(`p${n}`)
  const logged = (await vectors(vireo)).length
  assert.ok(logged > 15 && logged < 45, `${logged} of 60`)
})

test('a view that is not what its version was at an earlier start stops the start, and both are shown', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.vireo.close()
  const state = new DatabaseSync(join(vireo.folder, 'state.sqlite'))
  const [row] = state.prepare("SELECT key, value FROM rows_views WHERE key = 'video_watches 1'").all() as [
    { key: string; value: Uint8Array },
  ]
  const before = Buffer.from(row.value).toString().replace('"watched_10s"', '"watched_ten_s"')
  state.prepare('UPDATE rows_views SET value = ? WHERE key = ?').run(Buffer.from(before), row.key)
  state.close()
  await assert.rejects(vireo.restarted(), (error: { code: string; message: string }) => {
    assert.equal(error.code, 'VIEW_CHANGED')
    assert.ok(error.message.includes('watched_ten_s') && error.message.includes('watched_10s'))
    return true
  })
})
