import { type Answered, askFeed } from './ask-feed.ts'
import { baselines } from './baselines.ts'
import { type Comparison, compare } from './compare.ts'
import { feedsWithModel, feedsWithoutModel } from './feeds.ts'
import { judgeLogged, type LoggedOrder } from './logged-order.ts'
import { wholeList } from './quality.ts'
import { type EvaluationOptions, onReplayedDay, type ReplayedDay } from './replayed-day.ts'
import { type Result, resultOf } from './result.ts'
import type { SourceData } from './source-data.ts'
import { type Found, type SourceShare, sourceShares } from './source-shares.ts'
import { TrialFeed } from './trial-feed.ts'

export interface Evaluation {
  readonly day: string
  /** Such as feed/2022-05-04-0123abcd; empty where none was judged. */
  readonly model: string
  /** How much the value counts in the funnel. */
  readonly valueWeight: number
  readonly videos: number
  readonly creators: number
  readonly categories: number
  /** With a relevant video by the source's word, and by our definition. */
  readonly people: number
  readonly peopleByOurs: number
  readonly relevantPerPerson: number
  /** Whether only some of the people were asked. */
  readonly sampled: boolean
  /** The feeds first, then the baselines. */
  readonly results: readonly Result[]
  readonly comparisons: readonly Comparison[]
  readonly sources: Readonly<Record<string, readonly SourceShare[]>>
  /** How what was shown on the day is ordered; empty without a model. */
  readonly logged: readonly LoggedOrder[]
  /** Lists of a feed that were made without a stage. */
  readonly degraded: number
}

/** Replays the folder up to a day, and judges what people would be shown by what they watched on it. See docs/evaluation.md. */
export async function evaluate(options: EvaluationOptions): Promise<Evaluation> {
  return await onReplayedDay(options, async (replayed) => {
    const { config, people } = options
    const { data, judged, visitors } = replayed
    const { pairs, settings, sourcesOf } = judged === undefined ? feedsWithoutModel(config) : feedsWithModel(config)
    const feeds = new Map<string, ReadonlyMap<number, readonly Found[]>>()
    let degraded = 0
    for (const [name, each] of settings) {
      let done = 0
      const onPerson = () => replayed.report(`asking: ${name}`, ++done, visitors.length)
      const answered = await askFeed(new TrialFeed(replayed.vireo.feedParts, each), visitors, options.signal, onPerson)
      degraded += answered.degraded
      feeds.set(name, numbered(answered, data))
    }
    const results = [...feeds].map(([name, lists]) => resultOf(name, videosOf(lists), data, judged?.likeness))
    results.push(...(await baselineResults(replayed, options.signal)))
    const named = new Map(results.map((result) => [result.name, result]))
    const first = results[0]!
    return {
      day: data.day.name,
      model: judged?.id ?? '',
      valueWeight: config.models.valueWeight,
      videos: data.videos.length,
      creators: distinct(data.videos.map(({ creator }) => creator)),
      categories: distinct(data.videos.flatMap(({ categories }) => categories)),
      people: first.people.length,
      peopleByOurs: first.peopleByOurs,
      relevantPerPerson: sum(first.people.map((person) => data.relevant.get(person)!.size)) / Math.max(1, first.people.length),
      sampled: people !== undefined,
      results,
      comparisons: pairs.map(([name, baseline]) => compare(named.get(name)!, named.get(baseline)!)),
      sources: Object.fromEntries(sourcesOf.map((name) => [name, sourceShares(feeds.get(name)!, data.relevant)])),
      logged: judged === undefined ? [] : await judgeLogged(replayed, options),
      degraded,
    }
  })
}

async function baselineResults({ asked, data, judged, report }: ReplayedDay, signal: AbortSignal): Promise<Result[]> {
  const results: Result[] = []
  const all = baselines(data)
  for (const { name, recommend } of all) {
    const lists = new Map<number, readonly number[]>()
    for (const [index, person] of asked.entries()) {
      if (index % 100 === 0) await nextTurn(signal)
      lists.set(person, recommend(person, wholeList))
      report('computing baselines', results.length * asked.length + index + 1, all.length * asked.length)
    }
    results.push(resultOf(name, lists, data, judged?.likeness))
  }
  return results
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
