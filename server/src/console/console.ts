import type { PagesInLake } from '../feed/explain-lake.ts'
import type { FeedPipeline, FeedSettings } from '../feed/feed-pipeline.ts'
import type { FeedService, FeedServiceParts } from '../feed/feed-service.ts'
import type { Metrics } from '../metrics.ts'
import type { ModelWatch } from '../models/watching/model-watch.ts'
import type { Lake } from '../ports/lake.ts'
import type { Services } from '../services.ts'

/** What the console looks into. */
export interface ConsoleParts extends Omit<FeedServiceParts, 'settings'> {
  readonly feed: FeedService
  readonly pipeline: FeedPipeline
  /** A feed with other settings, over the same state. */
  readonly feedWith: (settings: FeedSettings) => FeedService
  readonly watch: ModelWatch
  readonly metrics: Metrics
  readonly pages: PagesInLake
  /** The lake as it is now, to be closed by who opened it; undefined where there is none. */
  readonly openLake: () => Promise<Lake | undefined>
  readonly isOpen: () => boolean
}

/** Looks into a running server. */
export function consoleOf(parts: ConsoleParts): Services['console'] {
  void parts
  return {
    async *watch() {},
    listMeasures: async () => ({}),
    inspectPerson: async () => ({}),
    tryFeed: async () => ({}),
    searchVideos: async () => ({}),
    inspectVideo: async () => ({}),
    inspectCreator: async () => ({}),
    inspectExploration: async () => ({}),
    inspectModels: async () => ({}),
    inspectData: async () => ({}),
    inspectFeatures: async () => ({}),
  }
}
