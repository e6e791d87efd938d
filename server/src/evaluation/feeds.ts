import type { Config } from '../config.ts'
import type { FeedSettings } from '../feed/feed-pipeline.ts'
import { feedSettings } from '../feed/feed-settings.ts'
import { strongestBaseline } from './baselines.ts'

/** Ways to make the feed, and which results are held against which. */
export interface FeedsToAsk {
  readonly settings: ReadonlyMap<string, FeedSettings>
  readonly pairs: readonly (readonly [name: string, baseline: string])[]
  /** Of these it is told what each source brings. */
  readonly sourcesOf: readonly string[]
}

export const plainFeed = 'feed, exploration and diversity off'
export const wholeFeed = 'feed'

export const withoutModel = 'without a model'
export const retrievalAlone = 'retrieval alone (β = 0)'
export const rankingAlone = 'ranking alone (β = ∞)'
export const funnel = 'funnel'
export const withoutCoWatching = 'funnel, co-watching off'
export const withoutCreators = "funnel, creators' gain off"
export const withDiversity = 'funnel, diversity on'
export const wholeFunnel = 'funnel, diversity and exploration on'
export const wholeWithoutModel = 'without a model, diversity and exploration on'

/** The order alone: what the ranking puts first is what is shown. */
export const bare = { explorationShare: 0, diversity: false, serendipityShare: 0 }

export function feedsWithoutModel(config: Config): FeedsToAsk {
  const whole = { ...feedSettings(config), models: false }
  return {
    settings: new Map([
      [plainFeed, { ...whole, ...bare }],
      [wholeFeed, whole],
    ]),
    pairs: [
      [plainFeed, strongestBaseline],
      [wholeFeed, strongestBaseline],
    ],
    sourcesOf: [plainFeed, wholeFeed],
  }
}

/** The funnel with each of its parts taken away. */
export function feedsWithModel(config: Config): FeedsToAsk {
  const whole = feedSettings(config)
  const plain = { ...whole, ...bare }
  return {
    settings: new Map([
      [withoutModel, { ...plain, models: false }],
      [retrievalAlone, { ...plain, valueWeight: 0, coWatchWeight: 0 }],
      [rankingAlone, { ...plain, valueWeight: Number.POSITIVE_INFINITY, coWatchWeight: 0 }],
      [funnel, plain],
      [withoutCoWatching, { ...plain, coWatchWeight: 0 }],
      [withoutCreators, { ...plain, creatorWeight: 0 }],
      [withDiversity, { ...whole, explorationShare: 0 }],
      [wholeFunnel, whole],
      [wholeWithoutModel, { ...whole, models: false }],
    ]),
    pairs: [
      [funnel, withoutModel],
      [funnel, retrievalAlone],
      [funnel, rankingAlone],
      [funnel, withoutCoWatching],
      [funnel, withoutCreators],
      [withDiversity, funnel],
      [wholeFunnel, withDiversity],
      [wholeFunnel, wholeWithoutModel],
    ],
    sourcesOf: [withoutModel, funnel, wholeFunnel],
  }
}
