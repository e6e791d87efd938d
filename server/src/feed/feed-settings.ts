import type { Config } from '../config.ts'
import type { FeedSettings } from './feed-pipeline.ts'

/** What is configured of a feed that could also be made otherwise. */
export const feedSettings = ({ feed, models }: Config): FeedSettings => ({
  explorationShare: feed.explorationShare,
  diversity: true,
  diversityStrength: feed.diversityStrength,
  serendipityShare: feed.serendipityShare,
  models: true,
  valueWeight: models.valueWeight,
  coWatchWeight: models.coWatchWeight,
  creatorWeight: models.creatorWeight,
  sessionWeight: models.sessionWeight,
})
