import { setTimeout as sleep } from 'node:timers/promises'
import { Admin, ListOffsetTimestamps } from '@platformatic/kafka'
import { InvalidInput, Unavailable, type VireoError } from '../../errors.ts'
import { hash64 } from '../../hash.ts'
import { type EventLog, type Extent, type NewRecord, type Place, type StoredRecord, type Topic, topics } from '../../ports/event-log.ts'
import { AppendQueue } from './append-queue.ts'
import { is, kafkaError, refused, within } from './kafka-errors.ts'
import { clientOptions, closed, type KafkaOptions, nameOf } from './kafka-options.ts'
import { prepareTopics } from './kafka-topics.ts'
import { type Fetched, PartitionFetch } from './partition-fetch.ts'

// How long a reader that has caught up waits on the broker for more; it is answered as soon as there is some.
const longPollMs = 5_000
// What comes so soon after an answer is asked for together: whatever is in it, an answer costs as much as some dozens of records.
const gatherMs = 10
// After an answer with more records the reader is behind.
const fewRecords = 500
// Where much comes. What is known of videos is to be known everywhere at once.
const gatheredTopics: ReadonlySet<Topic> = new Set(['events', 'served', 'features'])
const retryMs = { first: 50, longest: 1_000 } as const

/**
 * The log on Kafka: a topic of its for each of ours, keys in the partitions in which SQLite would have them. Creates what
 * topics are missing. Throws `KAFKA_UNREACHABLE`, `KAFKA_LOGIN_REFUSED`, `KAFKA_NOT_PERMITTED`, `KAFKA_TOPIC_MISSING`,
 * `KAFKA_TOPIC_WRONG`, `KAFKA_TOPIC_REFUSED`, `LOG_PARTITIONS`.
 */
export async function openKafkaEventLog(options: KafkaOptions): Promise<EventLog> {
  const admin = new Admin(clientOptions(options))
  try {
    await reach(admin, options)
    await prepareTopics(admin, options)
    return new KafkaEventLog(options, admin)
  } catch (error) {
    await closed(admin.close())
    throw kafkaError('preparing the topics', error)
  }
}

/** Waits for a broker that is only starting. */
async function reach(admin: Admin, { brokers, requestTimeoutMs }: KafkaOptions): Promise<void> {
  for (const limit = AbortSignal.timeout(requestTimeoutMs); ; await sleep(retryMs.longest)) {
    try {
      await within(
        requestTimeoutMs,
        `asking ${brokers.join(', ')} for the cluster`,
        admin.metadata({ topics: [], retries: 0, forceUpdate: true }),
      )
      return
    } catch (error) {
      const { code, message } = error as VireoError
      if (code !== 'LOG_UNAVAILABLE') throw error
      if (limit.aborted) throw new Unavailable('KAFKA_UNREACHABLE', message, error)
    }
  }
}

class KafkaEventLog implements EventLog {
  readonly #options: KafkaOptions
  readonly #admin: Admin
  readonly #queue: AppendQueue
  readonly #open = new AbortController()
  /** For single records, by partition. */
  readonly #fetches = new Map<string, PartitionFetch>()
  #closing: Promise<void> | undefined

  constructor(options: KafkaOptions, admin: Admin) {
    this.#options = options
    this.#admin = admin
    this.#queue = new AppendQueue({
      options,
      nameOf: ({ topic }) => nameOf(options, topic),
      partitionOf: ({ topic, key }) => this.#checked(topic, hash64(key).low % options.partitions),
    })
  }

  async append(records: readonly NewRecord[], signal?: AbortSignal): Promise<readonly Place[]> {
    this.#refuseWhenClosed()
    return this.#queue.append(records, signal)
  }

  async *read({ topic, partition, offset }: Place, signal: AbortSignal): AsyncIterable<readonly StoredRecord[]> {
    const fetch = new PartitionFetch(this.#options, topic, this.#checked(topic, partition))
    const ended = AbortSignal.any([signal, this.#open.signal])
    const onEnd = () => void fetch.close()
    ended.addEventListener('abort', onEnd)
    try {
      let fetching = this.#following(fetch, { topic, partition, offset }, ended)
      for (let fetched = await fetching; fetched !== undefined; fetched = await fetching) {
        // The next is on its way while the reader works.
        const isGathered = gatheredTopics.has(topic) && fetched.records.length <= fewRecords
        fetching = this.#following(fetch, { topic, partition, offset: fetched.next }, ended, isGathered ? gatherMs : 0)
        fetching.catch(() => undefined)
        if (fetched.records.length > 0 && !ended.aborted) yield fetched.records
      }
    } finally {
      ended.removeEventListener('abort', onEnd)
      await fetch.close()
    }
  }

  async get({ topic, partition, offset }: Place): Promise<StoredRecord | undefined> {
    this.#refuseWhenClosed()
    const key = `${topic}/${partition}`
    const fetch = this.#fetches.get(key) ?? new PartitionFetch(this.#options, topic, this.#checked(topic, partition))
    this.#fetches.set(key, fetch)
    try {
      const { records } = await within(this.#options.requestTimeoutMs, `reading ${nameOf(this.#options, topic)}`, fetch.fetch(offset, 0))
      return records[0]?.offset === offset ? records[0] : undefined
    } catch (error) {
      if (is(error, ['OFFSET_OUT_OF_RANGE'])) return undefined
      throw error
    }
  }

  async extents(): Promise<readonly Extent[]> {
    const [first, end] = await Promise.all([this.#offsets(ListOffsetTimestamps.EARLIEST), this.#offsets(ListOffsetTimestamps.LATEST)])
    return topics.flatMap((topic) =>
      Array.from({ length: this.#options.partitions }, (_, partition) => {
        const key = `${nameOf(this.#options, topic)}/${partition}`
        return { topic, partition, first: first.get(key)!, end: end.get(key)! }
      }),
    )
  }

  async retain({ topic, partition, offset }: Place): Promise<void> {
    this.#refuseWhenClosed()
    this.#checked(topic, partition)
    const name = nameOf(this.#options, topic)
    const deleting = this.#admin.deleteRecords({ topics: [{ name, partitions: [{ partition, offset: BigInt(offset) }] }] })
    try {
      await within(this.#options.requestTimeoutMs, `letting go of records of ${name}`, deleting)
    } catch (error) {
      // Somebody has let go of more already.
      if (!is(error, ['OFFSET_OUT_OF_RANGE'])) throw error
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#queue.close()
    this.#open.abort()
    await Promise.all([closed(this.#admin.close()), ...[...this.#fetches.values()].map((fetch) => fetch.close())])
  }

  /** What comes from a place on, when it comes, asked for after a while; undefined when it has ended. Outlasts brokers that are away. */
  async #following(fetch: PartitionFetch, from: Place, ended: AbortSignal, afterMs = 0): Promise<Fetched | undefined> {
    let { offset } = from
    if (afterMs > 0) await sleep(afterMs, undefined, { signal: ended }).catch(() => undefined)
    for (let pauseMs: number = retryMs.first; !ended.aborted; pauseMs = Math.min(2 * pauseMs, retryMs.longest)) {
      try {
        return await fetch.fetch(offset, longPollMs)
      } catch (error) {
        if (ended.aborted) return undefined
        if (is(error, ['OFFSET_OUT_OF_RANGE'])) offset = await this.#firstLeft({ ...from, offset })
        else {
          const known = kafkaError(`reading ${nameOf(this.#options, from.topic)}`, error)
          if (!known.retryable) throw known
          await sleep(pauseMs, undefined, { signal: ended }).catch(() => undefined)
        }
      }
    }
    return undefined
  }

  async #firstLeft({ topic, partition, offset }: Place): Promise<number> {
    const { first, end } = (await this.extents()).find((extent) => extent.topic === topic && extent.partition === partition)!
    if (offset <= end) return Math.max(first, offset)
    const name = `${nameOf(this.#options, topic)}/${partition}`
    throw refused(
      'KAFKA_LOG_CUT',
      `${name} ends at ${end}, but was read up to ${offset} before: it was deleted, or brokers have lost records`,
    )
  }

  async #offsets(timestamp: bigint): Promise<Map<string, number>> {
    const partitions = Array.from({ length: this.#options.partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp }))
    const asked = { topics: topics.map((topic) => ({ name: nameOf(this.#options, topic), partitions })) }
    const listed = await within(this.#options.requestTimeoutMs, 'asking how far the log goes', this.#admin.listOffsets(asked))
    return new Map(
      listed.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, offset }) => [`${name}/${partitionIndex}`, Number(offset)]),
      ),
    )
  }

  #checked(topic: Topic, partition: number): number {
    if (!topics.includes(topic)) throw new InvalidInput('LOG_TOPIC', 'topic', `no topic ${topic}`)
    if (partition >= 0 && partition < this.#options.partitions) return partition
    const message = `topic ${topic} has ${this.#options.partitions} partitions, not a number ${partition}`
    throw new InvalidInput('LOG_PARTITION', 'partition', message)
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new Unavailable('LOG_CLOSED', 'the log is closed')
  }
}
