import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Catalog } from '../catalog/catalog.ts'
import { hourMs } from '../clock.ts'
import { Video, VideoState } from '../generated/vireo/v1/catalog.ts'
import { Charts } from './charts.ts'
import { VideoCounters } from './video-counters.ts'

const startMs = Date.UTC(2026, 0, 15, 12, 30)

/** Charts with their surroundings. */
function chartsForTests() {
  const texts = new Map<string, Video>()
  const catalog = new Catalog({ get: (id) => texts.get(id), put: (id, video) => void texts.set(id, video) })
  const clock = { ms: startMs, now: () => clock.ms }
  const counters = new VideoCounters(clock, catalog.ids)
  const charts = new Charts(catalog, counters, clock)
  catalog.observers.push(charts)
  const names = (slots: readonly number[]) => slots.map((slot) => catalog.ids.id(slot))
  return {
    clock,
    charts,
    put(videoId: string, state: VideoState = VideoState.VIDEO_STATE_CLEARED, ageHours = 0) {
      const uploadTime = { seconds: BigInt(startMs / 1_000 - ageHours * 3_600), nanos: 0 }
      catalog.put(Video.create({ videoId, state, uploadTime }))
    },
    watch(videoId: string, times: number, hoursAgo: number) {
      for (let n = 0; n < times; n++) counters.count(catalog.ids.find(videoId), startMs - hoursAgo * hourMs, ['plays', 'longViews'])
    },
    trending: () => names(charts.trending),
    fresh: () => names(charts.fresh),
  }
}

test('trending is led by the last hour, however little it says; then come the day, the week and all the rest', () => {
  const { charts, put, trending, watch } = chartsForTests()
  for (const video of ['ever', 'week', 'day', 'hour', 'hidden']) put(video)
  put('hidden', VideoState.VIDEO_STATE_TAKEN_DOWN)
  watch('hour', 1, 0)
  watch('day', 3, 5)
  watch('week', 9, 50)
  watch('ever', 20, 400)
  watch('hidden', 50, 0)
  charts.refresh()
  assert.deepEqual(trending(), ['hour', 'day', 'week', 'ever'])
})

test('a second later the charts know what has happened', () => {
  const { charts, clock, put, trending, watch } = chartsForTests()
  for (const video of ['a', 'b']) put(video)
  watch('a', 1, 0)
  charts.refresh()
  watch('b', 2, 0)
  charts.refresh()
  assert.deepEqual(trending(), ['a', 'b'])
  clock.ms += 1_000
  charts.refresh()
  assert.deepEqual(trending(), ['b', 'a'])
})

test('takedowns make room for uploads that were too old for the list of the newest', () => {
  const { charts, fresh, put } = chartsForTests()
  for (let n = 0; n < 1_200; n++) put(`v${n}`, VideoState.VIDEO_STATE_CLEARED, n)
  for (let n = 0; n < 1_000; n++) put(`v${n}`, VideoState.VIDEO_STATE_TAKEN_DOWN, n)
  charts.refresh()
  assert.deepEqual(fresh().slice(0, 2), ['v1000', 'v1001'])
  assert.equal(fresh().length, 200)
})
