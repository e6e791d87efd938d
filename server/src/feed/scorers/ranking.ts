import type { VireoError } from '../../errors.ts'
import { Level } from '../../generated/vireo/v1/feed.ts'
import type { PageFeatures } from '../../models/serving/page-features.ts'
import { chancesOf, type Ranked } from '../../models/serving/serving-model.ts'
import { type Weights, weighted, weightsOf } from '../../models/serving/value-weights.ts'
import type { Task } from '../../models/tasks.ts'
import type { Candidates } from '../../pipeline/candidates.ts'
import { threshold } from '../../top.ts'
import type { Column, FeedParts, FeedQuery, FeedScorer, LevelReason, RankingSettings } from '../feed-pipeline.ts'

/**
 * The chance of each task, and the value that is made of them. All candidates are ranked in workers; where that would take
 * too long or fails, the best few by retrieval, on this thread; where that fails too, none. The query's level says which, and why.
 */
export const ranking = ({ ranking }: FeedParts): FeedScorer => ({
  name: 'ranking',
  onFailure: 'skip',
  // As long again for a few, which is far more than they take.
  deadlineMs: 2 * ranking.deadlineMs,
  enabled: (query) => query.model?.ranks === true,
  async score(query, candidates, signal) {
    const model = query.model!
    const { features } = query
    const { bestLevel = Level.LEVEL_FULL, patienceMs = 0 } = query.settings
    query.level = Level.LEVEL_NO_RANKING
    if (features === undefined) query.levelReason = 'failure'
    if (features === undefined || bestLevel === Level.LEVEL_NO_RANKING) return
    const all = bestLevel === Level.LEVEL_FULL ? await rankAll(query, features, ranking, patienceMs, signal) : query.levelReason
    if (typeof all !== 'string') {
      fill(query, candidates, placesOf(candidates), all, givenWeights(query, ranking))
      query.level = Level.LEVEL_FULL
      return
    }
    const few = best(candidates, model.lightCapacity)
    fill(query, candidates, few, await rankedFew(query, features, few), givenWeights(query, ranking))
    query.level = Level.LEVEL_LIGHT_RANKING
    query.levelReason = all
  },
})

/** What counts in the value of a request; undefined where that is up to the model. */
export const givenWeights = ({ arm, settings, surface }: FeedQuery, { weights }: RankingSettings): Weights | undefined =>
  settings.weights ?? weights.of(surface, arm)

/** All of them, or why it could not be done in time. */
async function rankAll(
  query: FeedQuery,
  features: PageFeatures,
  { deadlineMs, queueLength }: RankingSettings,
  patienceMs: number,
  signal: AbortSignal,
): Promise<Ranked | LevelReason> {
  if (query.model!.waiting >= queueLength) return 'queue'
  const ending = new AbortController()
  const stop = () => ending.abort()
  const timer = setTimeout(stop, Math.max(patienceMs, deadlineMs))
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await query.model!.rankAll(query, features, ending.signal)
  } catch (error) {
    if (signal.aborted) throw error
    return ending.signal.aborted ? 'deadline' : (error as VireoError).code === 'RANKER_BUSY' ? 'queue' : 'failure'
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/** Where that fails the page is not ranked at all, and the query says why. */
async function rankedFew(query: FeedQuery, features: PageFeatures, few: Uint32Array): Promise<Ranked> {
  try {
    return await query.model!.rankFew(query, features, few)
  } catch (error) {
    query.levelReason = 'failure'
    throw error
  }
}

/** All places. */
function placesOf({ live }: Candidates<Column>): Uint32Array {
  const places = new Uint32Array(live)
  for (let place = 0; place < live; place++) places[place] = place
  return places
}

/** Places of the best by retrieval, in their order; of those that tie at the end, the first. */
function best({ columns, live, rows }: Candidates<Column>, most: number): Uint32Array {
  const scores = new Float64Array(live)
  for (let place = 0; place < live; place++) scores[place] = columns.retrieval[rows[place]!]!
  const least = threshold(scores, live, most)
  let ties = Math.min(live, most)
  for (let place = 0; place < live; place++) if (scores[place]! > least) ties--
  const places = new Uint32Array(Math.min(live, most))
  for (let place = 0, at = 0; place < live; place++) {
    if (scores[place]! > least || (scores[place] === least && ties-- > 0)) places[at++] = place
  }
  return places
}

/** What was not ranked is worth as much as the least of what was. */
function fill(query: FeedQuery, candidates: Candidates<Column>, places: Uint32Array, ranked: Ranked, given: Weights | undefined): void {
  const model = query.model!
  const { columns, rows } = candidates
  const weights = weightsOf(model, given)
  const byTask = model.tasks.map((task) => columns[task as Task])
  const chances = new Float64Array(byTask.length)
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at < places.length; at++) {
    const row = rows[places[at]!]!
    chancesOf(ranked, at, chances)
    for (let task = 0; task < chances.length; task++) byTask[task]![row] = chances[task]!
    columns.watch_ms[row] = ranked.watchMs[at]!
    columns.value[row] = weighted(weights, chances)
    least = Math.min(least, columns.value[row]!)
  }
  if (places.length === candidates.live) return
  for (let place = 0; place < candidates.live; place++) if (columns.value[rows[place]!] === 0) columns.value[rows[place]!] = least
}
