import { Consumer } from '@platformatic/kafka'
import type { TileBatch, TilePartition } from '../../ports/tile-log.ts'
import { clientOptions, closed, type KafkaOptions } from './kafka-options.ts'
import { recordsFrom } from './record-batches.ts'

const maxBytes = 4 * 2 ** 20
const maxPartitionBytes = 2 ** 19

export interface WantedPartition extends TilePartition {
  /** Where to go on. */
  next: number
}

/** Fetches from many partitions that one broker leads at once, over one connection: the broker remembers which, and is only told what has changed. */
export class BrokerFetch {
  readonly #consumer: Consumer
  readonly #node: number
  readonly #topics: readonly string[]
  readonly #wanted: readonly WantedPartition[]

  constructor(options: KafkaOptions, node: number, wanted: readonly WantedPartition[]) {
    this.#node = node
    this.#wanted = wanted
    this.#topics = [...new Set(wanted.map(({ topic }) => topic))]
    // It joins no group, but must name one.
    this.#consumer = new Consumer({ ...clientOptions(options), groupId: options.clientId, retries: 0 })
    this.#consumer.topics.trackAll(...this.#topics)
  }

  /** What there is, which may be nothing after the time. Moves the partitions on. Rejects with errors of the client. */
  async fetch(waitMs: number): Promise<TileBatch[]> {
    const { topics } = await this.#consumer.metadata({ topics: [...this.#topics] })
    const names = new Map(Array.from(topics, ([name, { id }]) => [id, name]))
    const { responses } = await this.#consumer.fetch({
      node: this.#node,
      topics: Array.from(
        Map.groupBy(this.#wanted, ({ topic }) => topic),
        ([topic, partitions]) => ({
          topicId: topics.get(topic)!.id,
          partitions: partitions.map(({ next, partition }) => ({
            partition,
            currentLeaderEpoch: -1,
            fetchOffset: BigInt(next),
            lastFetchedEpoch: -1,
            partitionMaxBytes: maxPartitionBytes,
          })),
        }),
      ),
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes,
    })
    return responses.flatMap(({ partitions, topicId }) => {
      const topic = names.get(topicId)!
      return partitions.flatMap(({ partitionIndex, records }) => this.#taken(topic, partitionIndex, records ?? []))
    })
  }

  close(): Promise<void> {
    return closed(this.#consumer.close(true))
  }

  #taken(topic: string, partition: number, batches: Parameters<typeof recordsFrom>[0]): TileBatch[] {
    const own = this.#wanted.find((each) => each.topic === topic && each.partition === partition)
    if (own === undefined || batches.length === 0) return []
    const { next, records } = recordsFrom(batches, own.next)
    if (next === own.next) return []
    own.next = next
    return [{ topic, partition, records, next }]
  }
}
