import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../clock.ts'
import { LakeWithSamples, type Sample, servedMs } from './samples-for-tests.ts'

const pick = (samples: readonly Sample[], ...names: string[]) => samples.map((sample) => names.map((name) => sample[name]))

test('a watch that arrives an hour after its impression was a negative corrects the sample', async (context) => {
  const lake = await LakeWithSamples.open(context)
  await lake.add(lake.slate('s', ['a']), lake.event('Impression', 's', 'a'))
  assert.deepEqual(await lake.join(servedMs + hourMs), { hours: 1, samples: 1 })
  assert.deepEqual(pick(await lake.samples(), 'long_view', 'watch_ms', 'is_final'), [[false, 0, true]])

  await lake.add(lake.event('Watch', 's', 'a', { watchMs: 61_000, lengthMs: 60_000, timeMs: servedMs + 70 * minuteMs }))
  assert.deepEqual(await lake.join(servedMs + 2 * hourMs), { hours: 1, samples: 1 })
  assert.deepEqual(pick(await lake.samples(), 'long_view', 'finish', 'watch_ms', 'is_final'), [[true, true, 61_000, true]])
  assert.deepEqual(await lake.join(), { hours: 0, samples: 0 })
})

test('where a client reports impressions, only what was reached of a page opens samples', async (context) => {
  const lake = await LakeWithSamples.open(context)
  await lake.add(
    lake.slate('s', ['a', 'b', 'c', 'd']),
    lake.slate('t', ['e'], { timeMs: servedMs + 5 * minuteMs }),
    lake.event('Like', 's', 'c'),
    lake.event('Impression', '', 'z'),
    lake.slate('u', ['a', 'b'], { person: 'bob' }),
  )
  await lake.join(servedMs + dayMs)
  assert.deepEqual(pick(await lake.samples(), 'sample_id', 'liked'), [
    ['s/0', false],
    ['s/1', false],
    ['s/2', true],
    ['u/0', false],
    ['u/1', false],
  ])
})

test('pages that counted as displayed are joined again when their client turns out to report impressions', async (context) => {
  const lake = await LakeWithSamples.open(context)
  await lake.add(lake.slate('s', ['a', 'b']), lake.slate('t', ['a'], { person: 'bob' }))
  await lake.join(servedMs + hourMs)
  assert.equal((await lake.samples()).length, 3)
  await lake.add(lake.event('Impression', '', 'z', { timeMs: servedMs + 3 * hourMs }))
  assert.deepEqual(await lake.join(servedMs + 4 * hourMs), { hours: 1, samples: 1 })
  assert.deepEqual(pick(await lake.samples(), 'sample_id'), [['t/0']])
})

test('samples stay open while the session goes on, and are final after it or after the horizon', async (context) => {
  const lake = await LakeWithSamples.open(context)
  await lake.add(lake.slate('s', ['a']), lake.event('Watch', 's', 'a', { watchMs: 1, timeMs: servedMs + 20 * minuteMs }))
  await lake.join(servedMs + 45 * minuteMs)
  assert.deepEqual(pick(await lake.samples(), 'is_final'), [[false]])
  await lake.join(servedMs + 51 * minuteMs)
  assert.deepEqual(pick(await lake.samples(), 'is_final'), [[true]])
  assert.equal((await lake.join()).hours, 0)

  const busy = Array.from({ length: 8 * 24 }, (_, i) =>
    lake.event('Watch', '', 'z', { person: 'bob', timeMs: servedMs + i * 25 * minuteMs }),
  )
  await lake.add(lake.slate('t', ['a'], { person: 'bob' }), ...busy)
  await lake.join(servedMs + 72 * hourMs)
  assert.deepEqual(pick(await lake.samples(), 'sample_id', 'is_final').at(-1), ['t/0', false])
  await lake.join(servedMs + 73 * hourMs)
  assert.deepEqual(pick(await lake.samples(), 'sample_id', 'is_final').at(-1), ['t/0', true])
})

test('a sample has what serving saw, and the hour of its person', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const items = [
    { videoId: 'a', creatorId: 'c', categories: ['x', 'y'], audioId: 'm', lengthMs: 9_000, propensity: 0.25, foundBy: 3, source: 1 },
  ]
  const context_ = {
    device: 'phone',
    networkKbps: 900,
    language: 'es',
    country: 'ES',
    timeZone: 'Asia/Tokyo',
    arm: 'default',
    policy: 'p1',
  }
  await lake.add(
    lake.slate('s', [], { items: items as never, sources: ['trending', 'fresh'], pageNumber: 2, ...context_ }),
    lake.slate('t', ['b'], { timeZone: 'Mars/Olympus' }),
  )
  await lake.join(servedMs + hourMs)
  const [sample, other] = await lake.samples()
  assert.partialDeepStrictEqual(sample, {
    creator_id: 'c',
    categories: ['x', 'y'],
    audio_id: 'm',
    length_ms: 9_000,
    position: null,
    page_number: 2,
    source: 'fresh',
    found_by: ['trending', 'fresh'],
    propensity: 0.25,
    device: 'phone',
    network_kbps: 900,
    time_zone: 'Asia/Tokyo',
    hour_of_day: 16,
    weekday: 4,
    arm: 'default',
    policy: 'p1',
    imported: false,
  })
  assert.partialDeepStrictEqual(other, { position: 0, hour_of_day: 7, weekday: 4 })
})

test('only the hours that changed are joined again', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const later = servedMs + 5 * hourMs
  await lake.add(lake.slate('s', ['a']), lake.slate('t', ['a'], { timeMs: later }))
  assert.deepEqual(await lake.join(servedMs + 10 * hourMs), { hours: 2, samples: 2 })
  await lake.add(lake.event('Watch', 't', 'a', { watchMs: 100, timeMs: later - hourMs }))
  assert.deepEqual(await lake.join(), { hours: 1, samples: 1 })
  await lake.add(lake.event('Watch', '', 'a', { watchMs: 100 }), lake.event('Watch', 't', 'a', { watchMs: 100, person: 'bob' }))
  await lake.join()
  await lake.tidy()
  assert.deepEqual(await lake.join(), { hours: 0, samples: 0 })
  assert.deepEqual(pick(await lake.samples(), 'sample_id', 'watch_ms'), [
    ['s/0', 0],
    ['t/0', 100],
  ])
})

test('a join that is stopped goes on where it was', async (context) => {
  const lake = await LakeWithSamples.open(context)
  const slates = Array.from({ length: 5 }, (_, i) => lake.slate(`s${i}`, ['a'], { timeMs: servedMs + i * hourMs }))
  await lake.add(...slates)
  const stop = new AbortController()
  const stopped = lake.join(servedMs + dayMs, {
    rowsAtATime: 1,
    signal: stop.signal,
    onProgress: ({ hoursDone }) => hoursDone === 2 && stop.abort(),
  })
  await assert.rejects(stopped, { name: 'AbortError' })
  assert.equal((await lake.samples()).length, 2)
  assert.deepEqual(await lake.join(), { hours: 3, samples: 3 })
  assert.equal((await lake.samples()).length, 5)
})
