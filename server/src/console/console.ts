import type { Config } from '../config.ts'
import type { RecentRefusals } from '../events/recent-refusals.ts'
import type { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import type { FeedPipeline } from '../feed/feed-pipeline.ts'
import type { FeedService, FeedServiceParts } from '../feed/feed-service.ts'
import type { Metrics } from '../metrics.ts'
import type { ModelWatch } from '../models/watching/model-watch.ts'
import type { Lake } from '../ports/lake.ts'
import type { Services } from '../services.ts'
import type { StateObserver } from '../state/live-state.ts'
import { catalogueOf } from './catalogue.ts'
import { inspectData } from './data.ts'
import { inspectFeatures } from './features.ts'
import { lakeLag } from './lake-lag.ts'
import { LakeLooks } from './lake-looks.ts'
import { listMeasures } from './list-measures.ts'
import { inspectModels } from './models.ts'
import { inspectPerson } from './person.ts'
import { tryFeed } from './try-feed.ts'
import { watch } from './watch.ts'

/** What the console looks into. */
export interface ConsoleParts extends Omit<FeedServiceParts, 'settings'> {
  readonly feed: FeedService
  readonly pipeline: FeedPipeline
  readonly watch: ModelWatch
  readonly metrics: Metrics
  /** The lake as it is now, to be closed by who opened it; undefined where there is none. */
  readonly openLake: () => Promise<Lake | undefined>
  readonly isOpen: () => boolean
  readonly config: Pick<Config, 'dataDir' | 'events' | 'feed' | 'log' | 'models'>
  readonly refusals: RecentRefusals
  readonly tiles: Pick<FeatureTiles, 'reader'>
  /** Those who are told of what is new to the state. */
  readonly observers: StateObserver[]
}

/** Looks into a running server. */
export function consoleOf(parts: ConsoleParts): Services['console'] {
  const looks = new LakeLooks(parts.openLake)
  const watching = watch(parts, looks)
  return {
    watch: (_, signal) => watching(signal),
    listMeasures: listMeasures({ clock: parts.clock, looks, lag: () => lakeLag(parts.metrics.registry) }),
    inspectPerson: inspectPerson(parts, looks),
    tryFeed: tryFeed(parts),
    ...catalogueOf(parts, looks),
    inspectModels: inspectModels(parts, looks),
    inspectData: inspectData(parts),
    inspectFeatures: inspectFeatures(parts, looks),
  }
}
