import type { View } from '../../features/language/view.ts'
import { tileTopicsOf } from '../../features/tiles/tile-topics.ts'
import type { TileLog, TilePartition } from '../../ports/tile-log.ts'
import type { KafkaOptions } from './kafka-options.ts'
import { openKafkaTileLog } from './kafka-tile-log.ts'
import { prepareTileTopics } from './tile-topics.ts'

/** A tile's columns. */
export type TileRow = Readonly<Record<string, string | number | null>>

/** Reads all that is written to the topics of views' tiles, which it makes where they are missing. */
export class FollowedTiles {
  readonly #log: TileLog
  readonly #positions = new Map<string, number>()
  readonly #ending = new AbortController()
  readonly #following: Promise<void>

  private constructor(log: TileLog, viewOf: ReadonlyMap<string, View>, onRow: (view: View, row: TileRow) => void) {
    this.#log = log
    this.#following = log.follow(
      (of) => this.#next(of),
      async ({ next, partition, records, topic }) => {
        for (const { value } of records) onRow(viewOf.get(topic)!, JSON.parse(Buffer.from(value).toString()))
        this.#positions.set(nameOf({ topic, partition }), next)
      },
      this.#ending.signal,
    )
  }

  static async open(options: KafkaOptions, views: readonly View[], onRow: (view: View, row: TileRow) => void): Promise<FollowedTiles> {
    await prepareTileTopics(options, views, { create: true })
    const viewOf = new Map(views.flatMap((view) => tileTopicsOf(view, options.topicPrefix).map((topic) => [topic, view] as const)))
    return new FollowedTiles(await openKafkaTileLog(options, views), viewOf, onRow)
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#following
    await this.#log.close()
  }

  #next(of: TilePartition): number {
    return this.#positions.get(nameOf(of)) ?? 0
  }
}

const nameOf = ({ topic, partition }: TilePartition) => `${topic}/${partition}`
