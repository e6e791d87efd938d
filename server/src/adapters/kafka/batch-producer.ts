import { type API, type Callback, type Connection, type CreateRecordsBatchOptions, kGetApi, Producer, Writer } from '@platformatic/kafka'
import type { NewRecord } from '../../ports/event-log.ts'
import { clientOptions, type KafkaOptions } from './kafka-options.ts'
import { encodeBatch } from './record-batch.ts'

/** From this version on a request has short lengths and tagged fields. */
const compactFrom = 9

/** What goes to the broker as one batch, with its bytes as one producer numbers them. */
interface Batch {
  readonly records: readonly NewRecord[]
  producerId?: bigint
  bytes?: Buffer
}

interface BatchMessage {
  readonly topic: string
  readonly partition: number
  readonly value: Batch
}

type ProduceOptions = Pick<CreateRecordsBatchOptions, 'producerId' | 'producerEpoch'>
type Produce = API<[acks: number, timeout: number, messages: BatchMessage[], options: ProduceOptions], unknown>

/**
 * A producer for one partition, whose batches are encoded here, in one go. For the client a batch is one message: it finds
 * the broker, and tries again. Batches are sent one at a time.
 */
export class BatchProducer extends Producer<Buffer, Batch> {
  /** The producer that the broker knows, and the number of its next record: a new one begins at 0. */
  #producerId: bigint | undefined
  #next = 0

  constructor(options: KafkaOptions) {
    super({ ...clientOptions(options), idempotent: true, retries: Number.MAX_SAFE_INTEGER })
  }

  /** The offset of the first record. Rejects with errors of the client. */
  async sendBatch(topic: string, partition: number, records: readonly NewRecord[]): Promise<number> {
    const { offsets } = await this.send({ messages: [{ topic, partition, value: { records } }] })
    return Number(offsets![0]!.offset)
  }

  override [kGetApi]<Arguments extends unknown[], Response>(name: string, callback: Callback<API<Arguments, Response>>): void {
    super[kGetApi]<Arguments, Response>(name, (error, api) => {
      callback(error, api && name === 'Produce' ? (this.#producing(api as unknown as Produce) as unknown as typeof api) : api)
    })
  }

  /** The client's call with another request. */
  #producing(api: Produce): Produce {
    const produce = ((connection, acks, timeout, messages, options, done) => {
      const [{ topic, partition, value }] = messages as [BatchMessage]
      const request = () => requestOf(api.version, acks, timeout, topic, partition, this.#bytesOf(value, options))
      const send: Connection['send'] = (key, version, _, ...others) => connection.send(key, version, request, ...others)
      api({ send } as Connection, acks, timeout, messages, options, done)
    }) as Produce
    return Object.assign(produce, { key: api.key, version: api.version })
  }

  /** The same bytes each time that a batch is sent, so that the broker drops what it has. */
  #bytesOf(batch: Batch, { producerEpoch, producerId }: ProduceOptions): Buffer {
    if (producerId !== this.#producerId) {
      this.#producerId = producerId
      this.#next = 0
    }
    if (batch.bytes === undefined || batch.producerId !== producerId) {
      batch.bytes = encodeBatch(batch.records, { producerId, producerEpoch, first: this.#next })
      batch.producerId = producerId
      this.#next += batch.records.length
    }
    return batch.bytes
  }
}

/** https://kafka.apache.org/protocol#The_Messages_Produce, from version 3 on. */
function requestOf(version: number, acks: number, timeout: number, topic: string, partition: number, batch: Buffer): Writer {
  const isCompact = version >= compactFrom
  const writer = Writer.create().appendString(null, isCompact).appendInt16(acks).appendInt32(timeout)
  const one = [undefined]
  const partitions = (topics: Writer) =>
    topics
      .appendString(topic, isCompact)
      .appendArray(one, (each) => each.appendInt32(partition).appendBytes(batch, isCompact), isCompact, isCompact)
  writer.appendArray(one, partitions, isCompact, isCompact)
  return isCompact ? writer.appendTaggedFields() : writer
}
