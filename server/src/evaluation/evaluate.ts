import type { Config } from '../config.ts'
import type { FeedSettings } from '../feed/feed-pipeline.ts'
import { feedSettings } from '../feed/feed-settings.ts'
import { hash64 } from '../hash.ts'
import type { ImportState } from '../importing/import-target.ts'
import { type Answered, askFeed } from './ask-feed.ts'
import { baselines, strongestBaseline } from './baselines.ts'
import { type Comparison, compare } from './compare.ts'
import { wholeList } from './quality.ts'
import { ReplayedState } from './replayed-state.ts'
import { type Result, resultOf } from './result.ts'
import { readSource, type SourceData } from './source-data.ts'
import { type Found, type SourceShare, sourceShares } from './source-shares.ts'

export interface EvaluationOptions {
  readonly folder: string
  /** Such as 2022-05-05; undefined is the last day of the log. */
  readonly day?: string | undefined
  /** At most so many people, drawn by a hash of their id; undefined is all. */
  readonly people?: number | undefined
  readonly config: Config
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface Progress {
  readonly phase: 'reading' | 'importing' | 'asking the plain feed' | 'asking the feed' | 'computing baselines'
  readonly done: number
  readonly total: number
}

export interface Evaluation {
  readonly day: string
  readonly videos: number
  readonly creators: number
  readonly categories: number
  /** With a relevant video by the source's word, and by our definition. */
  readonly people: number
  readonly peopleByOurs: number
  readonly relevantPerPerson: number
  /** Whether only some of the people were asked. */
  readonly sampled: boolean
  /** The plain feed and the feed first, then the baselines. */
  readonly results: readonly Result[]
  /** Each feed against the strongest baseline. */
  readonly comparisons: readonly Comparison[]
  readonly sources: Readonly<Record<string, readonly SourceShare[]>>
  /** Pages of a feed that were made without a stage. */
  readonly degraded: number
}

export const plainFeed = 'feed, exploration and diversity off'
export const wholeFeed = 'feed'

/** Replays the folder up to a day, and judges what people would be shown by what they watched on it. See docs/evaluation.md. */
export async function evaluate({ folder, day, people, config, signal, onProgress }: EvaluationOptions): Promise<Evaluation> {
  const report = (phase: Progress['phase'], done: number, total: number) => onProgress?.({ phase, done, total })
  report('reading', 0, 1)
  const data = await readSource(folder, day, signal)
  const asked = drawn([...new Set([...data.relevant.keys(), ...data.relevantByOurs.keys()])], data.people, people)
  const names = asked.map((person) => data.people[person]!)

  const onImport = ({ rowsDone, rowsTotal }: ImportState) => report('importing', rowsDone, rowsTotal)
  await using state = await ReplayedState.of({ folder, day: data.day, config: unhurried(config), signal, onImport })
  const ask = (phase: Progress['phase'], settings: FeedSettings) => {
    let done = 0
    const onPerson = () => report(phase, ++done, names.length)
    return state.withCopy((vireo) => askFeed(vireo, settings, names, signal, onPerson))
  }
  const plain = await ask('asking the plain feed', { ...feedSettings(config), explorationShare: 0, diversity: false })
  const whole = await ask('asking the feed', feedSettings(config))
  const feeds = new Map([
    [plainFeed, numbered(plain, data)],
    [wholeFeed, numbered(whole, data)],
  ])

  const results = [...feeds].map(([name, lists]) => resultOf(name, videosOf(lists), data))
  const others = baselines(data)
  for (const [at, { name, recommend }] of others.entries()) {
    const lists = new Map<number, readonly number[]>()
    for (const [index, person] of asked.entries()) {
      if (index % 100 === 0) await nextTurn(signal)
      lists.set(person, recommend(person, wholeList))
      report('computing baselines', at * asked.length + index + 1, others.length * asked.length)
    }
    results.push(resultOf(name, lists, data))
  }
  const [judged] = results
  const baseline = results.find(({ name }) => name === strongestBaseline)!
  return {
    day: data.day.name,
    videos: data.videos.length,
    creators: distinct(data.videos.map(({ creator }) => creator)),
    categories: distinct(data.videos.flatMap(({ categories }) => categories)),
    people: judged!.people.length,
    peopleByOurs: judged!.peopleByOurs,
    relevantPerPerson: sum(judged!.people.map((person) => data.relevant.get(person)!.size)) / Math.max(1, judged!.people.length),
    sampled: people !== undefined,
    results,
    comparisons: results.slice(0, feeds.size).map((result) => compare(result, baseline)),
    sources: Object.fromEntries([...feeds].map(([name, lists]) => [name, sourceShares(lists, data.relevant)])),
    degraded: plain.degraded + whole.degraded,
  }
}

/** The same people in every run, whatever their number. */
function drawn(people: readonly number[], names: readonly string[], most = people.length): number[] {
  const order = new Map(people.map((person) => [person, hash64(names[person]!).low]))
  return people.toSorted((a, b) => order.get(a)! - order.get(b)! || a - b).slice(0, most)
}

/** A slow machine must not change what is measured, nor a limit on pages. */
function unhurried(config: Config): Config {
  return { ...config, feed: { ...config.feed, maxCount: 50, deadlineMs: 60_000, sourceDeadlineMs: 60_000 } }
}

/** What the feed answered, in the numbers of the data. */
function numbered({ lists }: Answered, data: SourceData): Map<number, Found[]> {
  const people = new Map(data.people.map((id, person) => [id, person]))
  const videos = new Map(data.videos.map(({ id }, video) => [id, video]))
  const found = lists
    .entries()
    .map(([id, list]) => [people.get(id)!, list.map(({ videoId, source }) => ({ video: videos.get(videoId)!, source }))] as const)
  return new Map(found)
}

const videosOf = (lists: ReadonlyMap<number, readonly Found[]>) =>
  new Map(lists.entries().map(([person, list]) => [person, list.map(({ video }) => video)]))

const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0)
const distinct = (values: readonly string[]) => new Set(values.filter((value) => value !== '')).size

async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  signal.throwIfAborted()
}
