import { setTimeout as sleep } from 'node:timers/promises'
import { Admin, ListOffsetTimestamps } from '@platformatic/kafka'
import { Unavailable } from '../../errors.ts'
import type { View } from '../../features/language/view.ts'
import { tileTopicsOf } from '../../features/tiles/tile-topics.ts'
import type { TileBatch, TileExtent, TileLog, TilePartition } from '../../ports/tile-log.ts'
import { BrokerFetch, type WantedPartition } from './broker-fetch.ts'
import { kafkaError, refused, within } from './kafka-errors.ts'
import { clientOptions, closed, type KafkaOptions } from './kafka-options.ts'
import { prepareTileTopics } from './tile-topics.ts'

// How long a reader that has caught up waits on the broker for more; it is answered as soon as there is some.
const longPollMs = 2_000
const retryMs = { first: 50, longest: 1_000 } as const

/** The topics of tiles of views. Throws as `prepareTileTopics` does; `KAFKA_TOPIC_MISSING` says who makes them. */
export async function openKafkaTileLog(options: KafkaOptions, views: readonly View[]): Promise<TileLog> {
  await prepareTileTopics(options, views, { create: false })
  return new KafkaTileLog(
    options,
    views.flatMap((view) => tileTopicsOf(view, options.topicPrefix)),
  )
}

type Apply = (batch: TileBatch) => Promise<void>

class KafkaTileLog implements TileLog {
  readonly #options: KafkaOptions
  readonly #topics: readonly string[]
  readonly #admin: Admin

  constructor(options: KafkaOptions, topics: readonly string[]) {
    this.#options = options
    this.#topics = topics
    this.#admin = new Admin(clientOptions(options))
  }

  async extents(): Promise<readonly TileExtent[]> {
    const [first, end] = await Promise.all([this.#offsets(ListOffsetTimestamps.EARLIEST), this.#offsets(ListOffsetTimestamps.LATEST)])
    return this.#topics.flatMap((topic) =>
      Array.from({ length: this.#options.partitions }, (_, partition) => {
        const key = `${topic}/${partition}`
        return { topic, partition, first: first.get(key)!, end: end.get(key)! }
      }),
    )
  }

  async follow(next: (of: TilePartition) => number, apply: Apply, signal: AbortSignal): Promise<void> {
    for (let pauseMs: number = retryMs.first; !signal.aborted; pauseMs = Math.min(2 * pauseMs, retryMs.longest)) {
      try {
        await this.#followLeaders(next, apply, signal, () => {
          pauseMs = retryMs.first
        })
      } catch (error) {
        if (signal.aborted) return
        const known = kafkaError('reading tiles', error)
        if (!known.retryable) throw known
      }
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    await closed(this.#admin.close())
  }

  /** Until one of the brokers fails or leads other partitions; then no `apply` runs any more. */
  async #followLeaders(next: (of: TilePartition) => number, apply: Apply, signal: AbortSignal, onFetched: () => void): Promise<void> {
    const failed = new AbortController()
    const ended = AbortSignal.any([signal, failed.signal])
    const reading = Array.from(await this.#wanted(next), ([node, wanted]) =>
      this.#followBroker(new BrokerFetch(this.#options, node, wanted), apply, ended, onFetched).catch((error) => {
        failed.abort()
        throw error
      }),
    )
    const results = await Promise.allSettled(reading)
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  async #followBroker(fetch: BrokerFetch, apply: Apply, ended: AbortSignal, onFetched: () => void): Promise<void> {
    const onEnd = () => void fetch.close()
    ended.addEventListener('abort', onEnd)
    try {
      let fetching = fetch.fetch(longPollMs)
      while (!ended.aborted) {
        const batches = await fetching
        onFetched()
        // The next are on their way while these are applied.
        fetching = fetch.fetch(longPollMs)
        fetching.catch(() => undefined)
        for (const batch of batches) {
          if (ended.aborted) return
          await apply(batch)
        }
      }
    } finally {
      ended.removeEventListener('abort', onEnd)
      await fetch.close()
    }
  }

  /** All partitions by the broker that leads them. */
  async #wanted(next: (of: TilePartition) => number): Promise<Map<number, WantedPartition[]>> {
    const asking = this.#admin.metadata({ topics: [...this.#topics], forceUpdate: true })
    const [{ topics }, extents] = await Promise.all([this.#within('asking for the topics', asking), this.extents()])
    const leaderOf = ({ partition, topic }: TilePartition) => {
      const leader = topics.get(topic)?.partitions[partition]?.leader ?? -1
      if (leader < 0) throw new Unavailable('LOG_UNAVAILABLE', `nobody leads ${topic}/${partition}`)
      return leader
    }
    const wanted = extents.map(({ end, first, partition, topic }): WantedPartition => {
      const from = next({ topic, partition })
      if (from <= end) return { topic, partition, next: Math.max(first, from) }
      throw refused('KAFKA_LOG_CUT', `${topic}/${partition} ends at ${end}, but was read up to ${from} before: it was made anew`)
    })
    return Map.groupBy(wanted, leaderOf)
  }

  async #offsets(timestamp: bigint): Promise<Map<string, number>> {
    const partitions = Array.from({ length: this.#options.partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp }))
    const asking = this.#admin.listOffsets({ topics: this.#topics.map((name) => ({ name, partitions })) })
    const listed = await this.#within('asking how far tiles go', asking)
    return new Map(
      listed.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, offset }) => [`${name}/${partitionIndex}`, Number(offset)]),
      ),
    )
  }

  #within<Result>(doing: string, asking: Promise<Result>): Promise<Result> {
    return within(this.#options.requestTimeoutMs, doing, asking)
  }
}
