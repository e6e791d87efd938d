import { FollowedTiles } from '../../server/src/adapters/kafka/followed-tiles-for-tests.ts'
import { openKafkaEventLog } from '../../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaSettings } from '../../server/src/adapters/kafka/kafka-settings.ts'
import { prepareTileTopics } from '../../server/src/adapters/kafka/tile-topics.ts'
import { minuteMs, systemClock } from '../../server/src/clock.ts'
import { openTileJobs } from '../../server/src/compose/flink.ts'
import { type Config, loadConfig } from '../../server/src/config.ts'
import type { View } from '../../server/src/features/language/view.ts'
import { allFeedViews, feedViews } from '../../server/src/features/views/feed-views.ts'
import type { NewRecord } from '../../server/src/ports/event-log.ts'
import type { TileJobs } from '../../server/src/tile-jobs/tile-jobs.ts'
import type { Figure } from '../benchmark.ts'
import { firsts, TileDigests } from './tile-digests.ts'

/** What people do, what they are shown, and of each kind of entity one: two cores are shared with all else. */
const views: readonly View[] = [feedViews.video.watches, feedViews.person.watches, feedViews.creator.impressions]
const deployMs = 300_000
const readMs = 60_000
/** What was read has to be counted and written. */
const settleMs = 120_000

/** A job of Flink that counts what a load does, held against the log. */
export class FaultTiles {
  readonly #config: Config
  readonly #jobs: TileJobs
  readonly #digests: TileDigests
  readonly #watched: FollowedTiles
  /** Plays by video and minute. */
  readonly #plays: ReadonlyMap<string, number>

  private constructor(config: Config, digests: TileDigests, watched: FollowedTiles, plays: ReadonlyMap<string, number>) {
    this.#config = config
    this.#jobs = openTileJobs(config, systemClock, views)
    this.#digests = digests
    this.#watched = watched
    this.#plays = plays
  }

  /** Makes the topics that servers take all tiles from. `environment` leads past what is broken, but for Flink itself. */
  static async open(environment: Readonly<Record<string, string>>): Promise<FaultTiles> {
    const config = loadConfig(environment, '/')
    const options = kafkaSettings(config)
    await prepareTileTopics(options, allFeedViews, { create: true })
    const plays = new Map<string, number>()
    const watched = await FollowedTiles.open(options, [feedViews.video.watches], (_, { hop_ms, hop_start_ms, plays: count, video_id }) => {
      if (hop_ms === minuteMs) plays.set(`${video_id} ${hop_start_ms}`, Number(count))
    })
    return new FaultTiles(config, await TileDigests.open(options, views), watched, plays)
  }

  /** Starts the job; resolves when it runs. */
  async deploy(): Promise<void> {
    await this.#jobs.deploy({ withinMs: deployMs, signal: AbortSignal.timeout(deployMs) })
  }

  /** Events that the tiles have by now. */
  get counted(): number {
    let total = 0
    for (const count of this.#plays.values()) total += count
    return total
  }

  /** Holds all tiles against what memory counts of the log, which has got all that it will. */
  async check(): Promise<Figure[]> {
    const { compared, differing } = await this.#digests.compare(await this.#records(), settleMs)
    const [job] = await this.#jobs.list(AbortSignal.timeout(readMs))
    return [
      { name: 'tiles by Flink', value: compared, unit: 'tiles', note: `${views.length} views` },
      { name: 'tiles by Flink other than in memory', value: differing, unit: 'tiles', limit: { most: 0 } },
      { name: 'jobs of Flink that need a hand', value: job?.state === 'RUNNING' ? 0 : 1, unit: 'jobs', limit: { most: 0 } },
    ]
  }

  async close(): Promise<void> {
    await this.#watched.close()
    await this.#digests.close()
  }

  /** What the log holds of events and pages, each record once. */
  async #records(): Promise<NewRecord[]> {
    const log = await openKafkaEventLog(kafkaSettings(this.#config))
    const isFirst = firsts()
    const found: NewRecord[] = []
    try {
      for (const { topic, partition, first, end } of await log.extents()) {
        if ((topic !== 'events' && topic !== 'served') || first === end) continue
        for await (const records of log.read({ topic, partition, offset: first }, AbortSignal.timeout(readMs))) {
          found.push(...records.filter(isFirst))
          if (records.at(-1)!.offset + 1 >= end) break
        }
      }
    } finally {
      await log.close()
    }
    return found
  }
}
