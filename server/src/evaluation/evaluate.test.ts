import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, minuteMs } from '../clock.ts'
import { loadConfig } from '../config.ts'
import { feedSettings } from '../feed/feed-settings.ts'
import { firstDayMs, folderOf, historyOf, type LogRow, logOf, videosOf } from '../importing/folders-for-tests.ts'
import { asJson } from './as-json.ts'
import { asMarkdown } from './as-markdown.ts'
import { asText } from './as-text.ts'
import { askFeed } from './ask-feed.ts'
import { dayNamed, dayOf } from './day.ts'
import { type EvaluationOptions, evaluate } from './evaluate.ts'
import { ReplayedState } from './replayed-state.ts'
import { readSource } from './source-data.ts'

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

async function listsOf(folder: string, people: readonly string[]): Promise<Record<string, string[]>> {
  await using state = await ReplayedState.of({ folder, day, config, signal })
  const settings = feedSettings(config)
  const { lists } = await state.withCopy((vireo) => askFeed(vireo, settings, people, signal))
  return Object.fromEntries([...lists].map(([person, list]) => [person, list.map(({ videoId }) => videoId)]))
}

test('what happens on the day changes nobody’s page, and nothing that was seen is on one', async () => {
  const people = ['p0', 'p1', 'p2']
  const lists = await listsOf(folderWith(onTheDay), people)
  const more = [5, 6, 7, 142].flatMap((video, at) => people.map((person) => watch(person, video, day.startMs + at, at % 2 === 0)))
  assert.deepEqual(await listsOf(folderWith(more), people), lists)
  assert.deepEqual(await listsOf(folderWith([]), people), lists)
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
