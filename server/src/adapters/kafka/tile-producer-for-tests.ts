import { Producer } from '@platformatic/kafka'
import type { View } from '../../features/language/view.ts'
import { isRecent, recentTopicOf, tileTopicOf } from '../../features/tiles/tile-topics.ts'
import type { WrittenTile } from '../../features/tiles/whole-tiles-for-tests.ts'
import { clientOptions, type KafkaOptions } from './kafka-options.ts'

/** Writes tiles to their topics in the form in which Flink does (`tableOf`). */
export class TileProducerForTests {
  readonly #options: KafkaOptions
  readonly #producer: Producer

  constructor(options: KafkaOptions) {
    this.#options = options
    this.#producer = new Producer({ ...clientOptions(options), idempotent: true, retries: 1_000 })
  }

  /** Tiles of one partition are written in their order; when those were written that go after a while, Kafka's clock says. */
  async write(written: readonly WrittenTile[], partition: number): Promise<void> {
    const messages = written.map(({ tile, view, writtenMs }) => {
      const key = keyOf(view, tile.entity, tile.hopMs, tile.startMs)
      const values = Object.keys(view.aggregations).map((name, at) => [name, Number.isNaN(tile.values[at]!) ? null : tile.values[at]!])
      const value = { view: view.name, version: view.version, ...key, ...Object.fromEntries(values) }
      const [topicOf, timeMs] = isRecent(tile.hopMs) ? [recentTopicOf, Date.now()] : [tileTopicOf, writtenMs]
      return this.#message(topicOf(view, this.#options.topicPrefix), partition, JSON.stringify(key), JSON.stringify(value), timeMs)
    })
    for (let from = 0; from < messages.length; from += 500) await this.#producer.send({ messages: messages.slice(from, from + 500) })
  }

  /** Writes anything among the tiles of days. */
  async writeText(view: View, partition: number, key: string, value: string): Promise<void> {
    await this.writeTo(tileTopicOf(view, this.#options.topicPrefix), partition, key, value, Date.now())
  }

  async writeTo(topic: string, partition: number, key: string, value: string, timeMs: number): Promise<void> {
    await this.#producer.send({ messages: [this.#message(topic, partition, key, value, timeMs)] })
  }

  async close(): Promise<void> {
    await this.#producer.close(true)
  }

  #message(topic: string, partition: number, key: string, value: string, timeMs: number) {
    return { topic, partition, key: Buffer.from(key), value: Buffer.from(value), timestamp: BigInt(timeMs) }
  }
}

const keyOf = (view: View, entity: readonly (string | number)[], hopMs: number, startMs: number) => ({
  ...Object.fromEntries(Object.keys(view.entity).map((name, at) => [name, entity[at]])),
  hop_ms: hopMs,
  hop_start_ms: startMs,
})
