import type { FeedPipeline, FeedSettings } from '../feed/feed-pipeline.ts'
import type { FeedServiceParts } from '../feed/feed-service.ts'
import { feedSettings } from '../feed/feed-settings.ts'
import { moreLikeThis } from '../feed/sources/more-like-this.ts'
import { eachPage } from './ask-feed.ts'
import { bootstrapMean, type Interval } from './bootstrap.ts'
import type { Day } from './day.ts'
import type { DayPage } from './day-pages.ts'
import { withoutModel } from './feeds.ts'
import { aucOfPage, type PageMeasure, watchNdcgOfPage } from './page-order.ts'
import type { EvaluationOptions, ReplayedDay } from './replayed-day.ts'
import { TrialFeed } from './trial-feed.ts'
import { visitorOf } from './visitors.ts'

/** How well one way to score orders what was shown, page by page. */
export interface LoggedOrder {
  readonly name: string
  /** GAUC of long views, and nDCG with the time watched as gain. */
  readonly gauc: number
  readonly watchNdcg: number
  /** To the feed without a model, on the same pages; undefined for itself. */
  readonly difference: { readonly gauc: Interval; readonly watchNdcg: Interval } | undefined
}

/** The scores of each page's videos, in their order. */
type Scores = readonly (readonly number[])[]

/** Scores what was shown on the day as of its beginning, with the model and without, and says how well that orders it. */
export async function judgeLogged(
  { data, report, vireo, visitors }: ReplayedDay,
  { config, people, signal }: EvaluationOptions,
): Promise<LoggedOrder[]> {
  const asked = new Set(visitors.map(({ person }) => person))
  const pages = data.shown.pages.filter(({ person }) => people === undefined || asked.has(person))
  let done = 0
  const onPage = () => report('scoring what was shown', ++done, 2 * pages.length)
  const scored = (settings: FeedSettings, columns: readonly string[]) =>
    scoresOf(vireo.feedParts, settings, columns, data.day, pages, signal, onPage)
  const settings = feedSettings(config)
  const [plain] = await scored({ ...settings, models: false }, ['score'])
  const columns = { 'retrieval alone': 'retrieval', 'the value': 'value', 'time watched, as predicted': 'watch_ms', 'the funnel': 'score' }
  const byColumn = await scored(settings, Object.values(columns))
  const orderOf = (name: string, scores: Scores, baseline?: Scores): LoggedOrder => ({
    name,
    gauc: meanOver(pages, aucOfPage, scores).mean,
    watchNdcg: meanOver(pages, watchNdcgOfPage, scores).mean,
    difference: baseline && {
      gauc: meanOver(pages, aucOfPage, scores, baseline),
      watchNdcg: meanOver(pages, watchNdcgOfPage, scores, baseline),
    },
  })
  return [orderOf(withoutModel, plain!), ...Object.keys(columns).map((name, at) => orderOf(name, byColumn[at]!, plain))]
}

/** By column, the scores of all pages. A page is asked for by its number. */
async function scoresOf(
  parts: Omit<FeedServiceParts, 'settings'>,
  settings: FeedSettings,
  columns: readonly string[],
  day: Day,
  pages: readonly DayPage[],
  signal: AbortSignal,
  onPage: () => void,
): Promise<Scores[]> {
  const shown = (pipeline: FeedPipeline): FeedPipeline => ({
    ...pipeline,
    sources: [
      {
        name: 'shown',
        onFailure: 'fail',
        find({ requestId }, finding) {
          for (const { videoId } of pages[Number(requestId)]!.shown) finding.add(parts.catalog.ids.find(videoId), 0)
        },
      },
      // Without a model it is this source that knows what is similar.
      { ...moreLikeThis(parts), enabled: (query) => !query.settings.models && query.seeds.length > 0 },
    ],
    filters: [],
    lateFilters: [],
    selectors: [],
  })
  const feed = new TrialFeed(parts, settings, shown)
  const scores = columns.map(() => pages.map((): readonly number[] => []))
  const visitors = pages.map((page, at) => ({ ...visitorOf(page.person, page, day), id: BigInt(at) }))
  await eachPage(feed, visitors, signal, ({ id }, page) => {
    const at = Number(id)
    for (const [nth, column] of columns.entries())
      scores[nth]![at] = pages[at]!.shown.map(({ videoId }) => page.columns[column]?.get(videoId) ?? Number.NEGATIVE_INFINITY)
    onPage()
  })
  return scores
}

/** The mean of a measure over the pages that can tell, or of its difference to other scores; people are drawn anew, not pages. */
function meanOver(pages: readonly DayPage[], measure: PageMeasure, scores: Scores, baseline?: Scores): Interval {
  const people = new Map<string, { sum: number; weight: number }>()
  for (const [at, { person, shown }] of pages.entries()) {
    const judged = measure(shown, scores[at]!)
    if (judged === undefined) continue
    const before = people.get(person) ?? { sum: 0, weight: 0 }
    const value = judged.value - (baseline === undefined ? 0 : measure(shown, baseline[at]!)!.value)
    people.set(person, { sum: before.sum + judged.weight * value, weight: before.weight + judged.weight })
  }
  const all = [...people.values()]
  return bootstrapMean(
    Float64Array.from(all, ({ sum }) => sum),
    Float64Array.from(all, ({ weight }) => weight),
  )
}
