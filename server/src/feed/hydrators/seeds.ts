import { mostSeeds } from '../../co-watch/co-watch.ts'
import type { History } from '../../people/history.ts'
import { isPositive, outcome } from '../../people/outcomes.ts'
import type { FeedHydrator, Seed } from '../feed-pipeline.ts'

/** A seed weighs half as much as one this many interactions later. */
const halfLife = 25
/** What was left early says something too: it was chosen for this person by what they did before. */
const neutralWeight = 0.5

/** The videos that say what the person likes, the latest first. */
export const seeds = (): FeedHydrator => ({
  name: 'seeds',
  onFailure: 'skip',
  hydrate(query) {
    query.seeds = seedsOf(query.state.history)
  },
})

export function seedsOf({ count, videos, outcomes }: History): Seed[] {
  const found = new Map<number, Seed>()
  for (let at = count - 1; at >= 0 && found.size < mostSeeds; at--) {
    const video = videos[at]!
    if (!found.has(video)) found.set(video, { video, weight: weightOf(outcomes[at]!) * 0.5 ** (found.size / halfLife) })
  }
  return [...found.values()].filter(({ weight }) => weight > 0)
}

function weightOf(outcomes: number): number {
  if (outcomes & (outcome.dislike | outcome.notInterested | outcome.report)) return 0
  return isPositive(outcomes) ? 1 : neutralWeight
}
