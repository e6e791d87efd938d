import type { StoredRecord, Topic } from '../../ports/event-log.ts'
import { BatchConsumer, type FetchedPartition } from './batch-consumer.ts'
import { clientOptions, closed, type KafkaOptions, nameOf } from './kafka-options.ts'
import { decodeBatches } from './record-batch.ts'
import { recordsFrom } from './record-batches.ts'

const maxBytes = 2 ** 20

export interface Fetched {
  readonly records: readonly StoredRecord[]
  /** Where to go on. */
  readonly next: number
}

/** Fetches the records of one partition, over a connection of its own, since a request that waits for new records holds up those behind it. */
export class PartitionFetch {
  readonly #consumer: BatchConsumer
  readonly #topic: Topic
  readonly #partition: number
  readonly #name: string
  /** One request after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: KafkaOptions, topic: Topic, partition: number) {
    this.#topic = topic
    this.#partition = partition
    this.#name = nameOf(options, topic)
    // It joins no group, but must name one.
    this.#consumer = new BatchConsumer({ ...clientOptions(options), groupId: options.clientId, retries: 0 })
    this.#consumer.topics.track(this.#name)
  }

  /** Rejects with errors of the client: `OFFSET_OUT_OF_RANGE` where the partition does not reach there. */
  fetch(offset: number, waitMs: number): Promise<Fetched> {
    const fetched = this.#turn.then(() => this.#fetch(offset, waitMs))
    this.#turn = fetched.catch(() => undefined)
    return fetched
  }

  close(): Promise<void> {
    return closed(this.#consumer.close(true))
  }

  async #fetch(offset: number, waitMs: number): Promise<Fetched> {
    const metadata = await this.#consumer.metadata({ topics: [this.#name] })
    const topic = metadata.topics.get(this.#name)!
    const partition = {
      partition: this.#partition,
      currentLeaderEpoch: -1,
      fetchOffset: BigInt(offset),
      lastFetchedEpoch: -1,
      partitionMaxBytes: maxBytes,
    }
    const response = await this.#consumer.fetch({
      node: topic.partitions[this.#partition]!.leader,
      topics: [{ topicId: topic.id, partitions: [partition] }],
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes,
    })
    const partitions = response.responses.flatMap((each) => each.partitions as FetchedPartition[])
    return partitions.length === 0 ? { records: [], next: offset } : this.#unpacked(partitions[0]!, offset)
  }

  #unpacked({ batches, records }: FetchedPartition, from: number): Fetched {
    if (batches !== undefined) return decodeBatches(batches, this.#topic, this.#partition, from)
    const read = recordsFrom(records ?? [], from)
    const place = { topic: this.#topic, partition: this.#partition }
    return { next: read.next, records: read.records.map((record) => ({ ...record, ...place, key: record.key.toString() })) }
  }
}
