import { feedSettings } from '../feed/feed-settings.ts'
import { hash64 } from '../hash.ts'
import { eachPage } from './ask-feed.ts'
import { bare } from './feeds.ts'
import { meanOf, type Quality, qualityOf, wholeList } from './quality.ts'
import { type EvaluationOptions, onReplayedDay } from './replayed-day.ts'
import { TrialFeed } from './trial-feed.ts'

/** What a value is at least, so that it has a logarithm: as the final score has it. */
const leastValue = 1e-9

/** Weights of the value against retrieval that are tried. */
export const valueWeights = [0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2]

export interface TriedWeight {
  readonly valueWeight: number
  readonly quality: Quality
}

/**
 * How good the order is by how much the value counts. Candidates are the same for all weights, and the score is linear in
 * the weight: everybody is asked once.
 */
export async function tryValueWeights(options: EvaluationOptions & { readonly model: string }): Promise<TriedWeight[]> {
  return await onReplayedDay(options, async ({ data, report, vireo, visitors }) => {
    const people = new Map(data.people.map((id, person) => [id, person]))
    const videos = new Map(data.videos.map(({ id }, video) => [id, video]))
    const feed = new TrialFeed(vireo.feedParts, { ...feedSettings(options.config), ...bare, valueWeight: 0 })
    const qualities = valueWeights.map((): Quality[] => [])
    let done = 0
    await eachPage(feed, visitors, options.signal, ({ person }, { columns: { score, value } }) => {
      report('asking: funnel', ++done, visitors.length)
      const relevant = data.relevant.get(people.get(person)!)
      if (relevant === undefined) return
      const found = [...score!].map(([id, alone]) => ({ id, alone, worth: logOf(value!.get(id)!) }))
      for (const [at, weight] of valueWeights.entries()) {
        const order = found
          .map(({ id, alone, worth }) => ({ id, score: Math.fround(alone + weight * worth) }))
          .sort((a, b) => b.score - a.score || hash64(a.id).low - hash64(b.id).low)
          .slice(0, wholeList)
        qualities[at]!.push(
          qualityOf(
            order.map(({ id }) => videos.get(id)!),
            relevant,
          ),
        )
      }
    })
    return valueWeights.map((valueWeight, at) => ({ valueWeight, quality: meanOf(qualities[at]!) }))
  })
}

const logOf = (value: number) => Math.log(Math.max(leastValue, value))

/** The weight with the best mean of nDCG@20 and Recall@100, each against that of retrieval alone. */
export function bestWeight(tried: readonly TriedWeight[]): number {
  const { quality: alone } = tried.find(({ valueWeight }) => valueWeight === 0)!
  const gain = ({ quality }: TriedWeight) => quality.ndcg20 / alone.ndcg20 + quality.recall100 / alone.recall100
  return tried.reduce((best, each) => (gain(each) > gain(best) ? each : best)).valueWeight
}
