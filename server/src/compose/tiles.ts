import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import { tileTopicsOf } from '../features/tiles/tile-topics.ts'
import { allFeedViews } from '../features/views/feed-views.ts'
import type { Log } from '../log.ts'
import type { Follower } from '../state/follower.ts'
import type { Recovery } from '../state/heeding.ts'
import { TileFollower } from '../state/tile-follower.ts'
import type { TileProgress } from '../state/tile-progress.ts'

export interface TakenTilesParts {
  readonly tiles: FeatureTiles
  readonly progress: TileProgress
  /** Knows the videos that tiles are of. */
  readonly follower: Follower
  readonly clock: Clock
  readonly log: Log
  readonly recovery: Recovery | undefined
}

/** Takes the tiles that a stream engine counts, from now on. Resolves when they have caught up with their topics. Rejects as `openKafkaTileLog` does. */
export async function takeTiles(opened: AsyncDisposableStack, config: Config, parts: TakenTilesParts): Promise<TileFollower> {
  const { clock, follower: catalogue, log, progress, recovery, tiles } = parts
  const [{ openKafkaTileLog }, { kafkaSettings }] = await Promise.all([
    import('../adapters/kafka/kafka-tile-log.ts'),
    import('../adapters/kafka/kafka-settings.ts'),
  ])
  const tileLog = await openKafkaTileLog(kafkaSettings(config), allFeedViews)
  const follower = new TileFollower({
    ...{ log: tileLog, tiles, progress, catalogue, clock },
    views: new Map(allFeedViews.flatMap((view) => tileTopicsOf(view, config.kafka.topicPrefix).map((topic) => [topic, view] as const))),
    onError: (err) => log.error({ err }, 'tiles were not read; it will be tried again'),
    onUnreadable: (err, place) => log.error({ err, ...place }, 'a tile could not be read and is passed over'),
  })
  opened.adopt(follower, (follower) => follower.close())
  follower.start()
  const taken = await follower.caughtUp(recovery?.signal ?? new AbortController().signal, (taken) => recovery?.onProgress(taken))
  if (taken > 0) log.info({ taken }, 'took tiles from where they were saved')
  return follower
}
