import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayMs, minuteMs } from '../clock.ts'
import { VideoState } from '../generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { addFiles, firstDayMs, folderOf, historyOf, imported, logOf, MemoryTarget, noVideos, videosOf } from './folders-for-tests.ts'

const at = (minutes: number) => firstDayMs + minutes * minuteMs

test('a page holds at most ten impressions and ends at a gap of more than half an hour or on another surface', async () => {
  const minutes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 40, 41, 71]
  const rows = minutes.map((minute, video) => ({ timeMs: at(minute), video: `v${video}`, tab: minute > 40 ? 4 : 1 }))
  const target = new MemoryTarget()
  await imported(folderOf({ ...noVideos, 'log_a.csv': logOf([...rows, { person: 'q', timeMs: at(5) }].reverse()) }), target)
  const pages = target.pages.filter((page) => page.person === 'p')
  assert.deepEqual(
    pages.map((page) => [page.timeMs, page.surface, page.items.map((item) => item.videoId).join()]),
    [
      [at(0), 'main', 'v0,v1,v2,v3,v4,v5,v6,v7,v8,v9'],
      [at(10), 'main', 'v10,v11'],
      [at(41), 'tab-4', 'v12,v13'],
    ],
  )
  assert.ok(
    target.pages.every((page) => page.imported && page.policy === 'imported' && page.items.every((item) => item.position === undefined)),
  )
  for (const event of target.events) {
    const page = target.pages.find((page) => page.slateId === event.slateId)
    assert.ok(page?.person === event.person && page.items.some((item) => item.videoId === event.videoId))
  }
})

test('videos come first, then history, then the log in the order of time, each page before its events', async () => {
  const target = new MemoryTarget()
  const folder = folderOf({
    'log_2.csv.gz': logOf([
      { timeMs: at(2), like: 1 },
      { timeMs: at(0), video: 'w' },
    ]),
    'log_1.csv': logOf([{ timeMs: at(1), person: 'q', hate: 1 }]),
    'history_h.csv': historyOf([
      ['p', 2, 'v', 1, 1],
      ['p', 1, 'w', 0, 0],
    ]),
    'video_features_basic.csv': videosOf([
      ['v', 'c', '2022-04-10', '7000.0', 'a', '1,2'],
      ['w', 'c', '', '', '', ''],
    ]),
  })
  await imported(folder, target)
  const steps = target.records.filter(({ topic }) => topic !== 'control').map(({ topic, key }) => `${topic} ${key}`)
  assert.deepEqual(steps.slice(0, 5), ['catalog v', 'catalog w', 'events p', 'events p', 'events p'])
  assert.deepEqual(steps.slice(5), ['served p', 'events p', 'served q', 'events q', 'events q', 'events p', 'events p'])
  assert.deepEqual(
    target.events.map((event) => [event.type, event.videoId, event.untimed]),
    [
      [Type.Watch, 'w', true],
      [Type.Watch, 'v', true],
      [Type.Like, 'v', true],
      [Type.Watch, 'w', false],
      [Type.Watch, 'v', false],
      [Type.NotInterested, 'v', false],
      [Type.Watch, 'v', false],
      [Type.Like, 'v', false],
    ],
  )
})

test('an event carries the facts of its video and the outcomes of its source', async () => {
  const target = new MemoryTarget()
  const folder = folderOf({
    'log_a.csv': logOf([{ timeMs: at(0), lengthMs: 0, like: 1 }]),
    'video_features_basic.csv': videosOf([['v', 'c', '2022-04-10', '7000.0', 'a', '1,2']]),
  })
  await imported(folder, target)
  const [video] = target.videos
  assert.deepEqual([video!.state, video!.categories.map((category) => category.name)], [VideoState.VIDEO_STATE_CLEARED, ['1', '2']])
  assert.equal(Number(video!.uploadTime!.seconds), Date.UTC(2022, 3, 9, 16) / 1000)
  const [watch, like] = target.events
  const { slateId } = target.pages[0]!
  const facts = {
    person: 'p',
    videoId: 'v',
    creatorId: 'c',
    lengthMs: 7_000,
    categories: ['1', '2'],
    audioId: 'a',
    slateId,
    imported: true,
  }
  assert.partialDeepStrictEqual(watch, {
    ...facts,
    type: Type.Watch,
    watchMs: 5_000,
    sourceClick: true,
    sourceLongView: false,
    timeMs: at(0),
  })
  assert.partialDeepStrictEqual(like, { ...facts, type: Type.Like, timeMs: at(0) + 1 })
  assert.notEqual(watch!.eventId, like!.eventId)
})

test('a video that only a log mentions gets an entry, once', async () => {
  const target = new MemoryTarget()
  const folder = folderOf({
    ...noVideos,
    'log_a.csv': logOf([{ video: 'x' }]),
    'history_h.csv': historyOf([
      ['p', 0, 'x', 0, 0],
      ['p', 1, 'y', 0, 0],
    ]),
  })
  assert.equal((await imported(folder, target)).unlistedVideos, 2)
  addFiles(folder, { 'log_b.csv': logOf([{ video: 'x', timeMs: at(1) }, { video: 'z' }]) })
  assert.equal((await imported(folder, target)).unlistedVideos, 1)
  assert.deepEqual(
    target.videos.map((video) => [video.videoId, video.title, video.thumbnailUrl.split('-')[0]]),
    [
      ['x', 'Video x', '/clips/0'],
      ['y', 'Video y', '/clips/0'],
      ['z', 'Video z', '/clips/0'],
    ],
  )
})

test('history keeps its order, never precedes its videos, and lies before the first day', async () => {
  const days = fc.integer({ min: 1, max: 23 })
  const history = fc.array(fc.record({ person: fc.constantFrom('p', 'q'), video: fc.nat(4) }), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(fc.array(days, { minLength: 5, maxLength: 5 }), history, async (uploads, rows) => {
      const target = new MemoryTarget()
      const folder = folderOf({
        'log_a.csv': logOf([{ timeMs: at(30) }]),
        'history_h.csv': historyOf(rows.map(({ person, video }, seq) => [person, seq, `v${video}`, 0, 0])),
        'video_features_basic.csv': videosOf(uploads.map((day, video) => [`v${video}`, 'c', `2022-04-${day}`, '', '', ''])),
      })
      await imported(folder, target)
      const uploadMs = new Map(target.videos.map((video) => [video.videoId, Number(video.uploadTime?.seconds ?? 0) * 1000]))
      for (const person of ['p', 'q']) {
        const events = target.events.filter((event) => event.untimed && event.person === person)
        assert.deepEqual(
          events.map((event) => event.videoId),
          rows.filter((row) => row.person === person).map((row) => `v${row.video}`),
        )
        for (const [index, event] of events.entries()) {
          assert.ok(event.timeMs >= uploadMs.get(event.videoId)! && event.timeMs < firstDayMs && event.timeMs >= firstDayMs - 14 * dayMs)
          assert.ok(index === 0 || event.timeMs >= events[index - 1]!.timeMs)
        }
      }
    }),
    { numRuns: 15 },
  )
})
