import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../clock.ts'
import { loadConfig } from '../config.ts'
import { feedSettings } from '../feed/feed-settings.ts'
import { firstDayMs, folderOf, historyOf, type LogRow, logOf, videosOf } from '../importing/folders-for-tests.ts'
import { localTime } from '../models/serving/local-time.ts'
import { asJson } from './as-json.ts'
import { asMarkdown } from './as-markdown.ts'
import { asText } from './as-text.ts'
import { askFeed } from './ask-feed.ts'
import { bestWeight, tryValueWeights, valueWeights } from './choose-value-weight.ts'
import { dayNamed, dayOf } from './day.ts'
import { evaluate } from './evaluate.ts'
import { funnel, rankingAlone, retrievalAlone, withoutModel } from './feeds.ts'
import { type EvaluationOptions, onReplayedDay } from './replayed-day.ts'
import { readSource } from './source-data.ts'
import { TrialFeed } from './trial-feed.ts'
import { visitorOf } from './visitors.ts'

const { signal } = new AbortController()
const config = loadConfig({}, import.meta.dirname)
const day = dayOf(firstDayMs + 2 * dayMs)
const videos = Array.from({ length: 150 }, (_, video) => [`v${video}`, `c${video % 40}`, '2022-04-10', 30_000, '', `${video % 5}`] as const)

const watch = (person: string, video: number, timeMs: number, isLong: boolean): LogRow => ({
  person,
  video: `v${video}`,
  timeMs,
  watchMs: isLong ? 20_000 : 1_000,
  lengthMs: 30_000,
})

/** Two days of twelve people who each watch some videos, most of them together with others. */
const earlier: LogRow[] = Array.from({ length: 240 }, (_, at) => {
  const person = at % 12
  return watch(`p${person}`, (person * 3 + Math.floor(at / 12) * 7) % 120, firstDayMs + at * 10 * minuteMs, at % 3 === 0)
})
const onTheDay = [watch('p0', 140, day.startMs, true), watch('p1', 141, day.startMs + minuteMs, true)]

const folderWith = (rows: readonly LogRow[]) =>
  folderOf({
    'video_features_basic.csv': videosOf(videos),
    'history_h.csv': historyOf([
      ['p0', 1, 'v130', 1, 0],
      ['p1', 1, 'v131', 0, 0],
    ]),
    // The source calls the same a long view as we do.
    'log_a.csv': logOf([...earlier, ...rows]).replaceAll(/^(.+),0,(20000,.*)$/gm, '$1,1,$2'),
  })

const noon = { timeMs: day.startMs + dayMs / 2, surface: 'main' }

async function listsOf(folder: string, people: readonly string[]): Promise<Record<string, string[]>> {
  return onReplayedDay({ folder, day: day.name, config, signal }, async ({ vireo }) => {
    const visitors = people.map((person) => visitorOf(person, noon, day))
    const { lists } = await askFeed(new TrialFeed(vireo.feedParts, feedSettings(config)), visitors, signal)
    return Object.fromEntries([...lists].map(([person, list]) => [person, list.map(({ videoId }) => videoId)]))
  })
}

test('what happens on the day changes nobody’s page, and nothing that was seen is on one', async () => {
  const people = ['p0', 'p1', 'p2']
  const lists = await listsOf(folderWith(onTheDay), people)
  const more = [5, 6, 7, 142].flatMap((video, at) => people.map((person) => watch(person, video, day.startMs + at, at % 2 === 0)))
  assert.deepEqual(await listsOf(folderWith(more), people), lists)
  assert.deepEqual(await listsOf(folderWith([watch('p9', 149, day.startMs, false)]), people), lists)
  for (const person of people) {
    const seen = new Set(earlier.filter((row) => row.person === person).map(({ video }) => video))
    seen.add(person === 'p0' ? 'v130' : person === 'p1' ? 'v131' : '')
    assert.equal(lists[person]!.length, 100)
    assert.equal(new Set(lists[person]).size, 100)
    assert.deepEqual(
      lists[person]!.filter((video) => seen.has(video)),
      [],
    )
  }
})

test('to be found is what was watched long on the day and not shown before', async () => {
  const seenBefore = Number(earlier.find(({ person }) => person === 'p2')!.video!.slice(1))
  const folder = folderWith([
    ...onTheDay,
    watch('p2', seenBefore, day.startMs + 5, true),
    watch('p3', 144, day.startMs + 6, false),
    watch('p0', 145, day.endMs, true),
    watch('new', 146, day.startMs + 7, true),
  ])
  const data = await readSource(folder, day.name, signal)
  const named = [...data.relevant].map(([person, found]) => [data.people[person], [...found].map((video) => data.videos[video]!.id)])
  assert.deepEqual(Object.fromEntries(named), { new: ['v146'], p0: ['v140'], p1: ['v141'] })
  assert.deepEqual(data.relevantByOurs, data.relevant)
  const p0 = data.people.indexOf('p0')
  assert.ok([...data.longViewed.of(p0)].some((video) => data.videos[video]!.id === 'v130'))
})

test('an evaluation reports every way to recommend, and comes out the same again', async () => {
  const folder = folderWith(onTheDay)
  const options: EvaluationOptions = { folder, config, signal }
  const evaluation = await evaluate(options)
  assert.partialDeepStrictEqual(evaluation, { day: day.name, people: 2, videos: 150, creators: 40, categories: 5, degraded: 0 })
  assert.equal(evaluation.results.length, 6)
  assert.equal(asJson(await evaluate({ ...options, day: day.name })), asJson(evaluation))
  for (const { name } of evaluation.results) assert.ok(asText(evaluation).includes(name) && asMarkdown(evaluation, '').includes(name))
  assert.equal((await evaluate({ ...options, people: 1 })).people, 1)
})

test('a day that is none, or not in the log, is refused', async () => {
  assert.throws(() => dayNamed('2022-04-31'), { code: 'DAY_INVALID' })
  assert.throws(() => dayNamed('today'), { code: 'DAY_INVALID' })
  assert.deepEqual(dayNamed(day.name), day)
  await assert.rejects(readSource(folderWith([]), '2022-06-01', signal), { code: 'DAY_NOT_IN_LOG' })
})

test('who is asked before does not change what others get', async () => {
  const folder = folderWith(onTheDay)
  const { p1 } = await listsOf(folder, ['p1'])
  assert.deepEqual((await listsOf(folder, ['p2', 'p3', 'p0', 'p1'])).p1, p1)
})

test('somebody asks at the hour and on the surface of their first visit', () => {
  const visit = (hours: number) => visitorOf('p', { timeMs: day.startMs + hours * hourMs + 1, surface: 'tab-4' }, day).context
  assert.equal(visit(3).surface, 'tab-4')
  const utcHour = (ms: number) => new Date(ms).getUTCHours()
  for (let hours = 0; hours < 24; hours++)
    assert.equal(localTime(day.startMs, visit(hours).timeZone).hour, utcHour(day.startMs + hours * hourMs), `${hours} hours later`)
})

const model = 'tests/artifacts/tiny/1'
/** After what the model has learned from. */
const laterDay = dayOf(Date.UTC(2022, 4, 6))
const later = (rows: readonly LogRow[]) => rows.map((row) => ({ ...row, timeMs: Number(row.timeMs) + laterDay.startMs - day.startMs }))
const laterFolder = () =>
  folderOf({
    'video_features_basic.csv': videosOf(videos),
    'log_a.csv': logOf([...later(earlier), ...later(onTheDay), ...later([watch('p0', 100, day.startMs + 1, false)])]).replaceAll(
      /^(.+),0,(20000,.*)$/gm,
      '$1,1,$2',
    ),
  })

test('a model that has learned from the day is refused by name', async () => {
  const refused = { code: 'MODEL_SAW_THE_DAY', field: 'model', message: /^tiny\/1 .*2022-05-05T00:00:00/ }
  await assert.rejects(evaluate({ folder: folderWith(onTheDay), model, config, signal }), refused)
})

test('with a model the funnel is held against its parts, on people’s pages and on what was shown', async () => {
  const evaluation = await evaluate({ folder: laterFolder(), model, config, signal })
  assert.partialDeepStrictEqual(evaluation, { day: laterDay.name, model: 'tiny/1', people: 2, degraded: 0 })
  const quality = new Map(evaluation.results.map((result) => [result.name, result]))
  for (const name of [withoutModel, retrievalAlone, rankingAlone, funnel]) assert.equal(quality.get(name)!.people.length, 2)
  assert.ok(quality.get(funnel)!.pageBreadth.distance > 0 && quality.get(withoutModel)!.pageBreadth.distance > 0)
  assert.ok(evaluation.comparisons.some(({ name, baseline }) => name === funnel && baseline === withoutModel))
  assert.deepEqual(
    evaluation.logged.map(({ difference }) => difference !== undefined),
    [false, true, true, true, true],
  )
  assert.ok(asMarkdown(evaluation, '').includes('ILD'))
})

test('the weight of the value is chosen among those that are tried', async () => {
  const options = { folder: laterFolder(), model, config, signal }
  const tried = await tryValueWeights(options)
  assert.deepEqual(
    tried.map(({ valueWeight }) => valueWeight),
    valueWeights,
  )
  assert.ok(valueWeights.includes(bestWeight(tried)))
  const { results } = await evaluate({ ...options, config: { ...config, models: { ...config.models, valueWeight: 2 } } })
  // What is computed from one answer is what a feed with this weight shows.
  assert.deepEqual(tried.at(-1)!.quality, results.find(({ name }) => name === funnel)!.quality)
})
