import { setTimeout as sleep } from 'node:timers/promises'
import { Admin, Producer } from '@platformatic/kafka'
import { encoded } from '../../encoded.ts'
import { DeadLetterRecord } from '../../generated/vireo/record/v1/records.ts'
import { is, kafkaError, refused, within } from './kafka-errors.ts'
import { clientOptions, closed, type KafkaOptions } from './kafka-options.ts'

/** What is kept longest: the newest of each record, however old. */
const configs = { 'cleanup.policy': 'compact', 'retention.ms': '-1', 'max.message.bytes': `${4 * 2 ** 20}` }
const retryMs = 1_000

/**
 * Records that servers could not apply, for all to see: a topic of its own, keyed by the record's place. Every server
 * writes what it has kept aside, so one record may come several times. What can't be written yet waits: servers keep their
 * letters themselves.
 */
export class DeadLetterTopic {
  readonly #options: KafkaOptions
  readonly #onError: (error: unknown) => void
  /** The newest of each record. */
  readonly #waiting = new Map<string, DeadLetterRecord>()
  readonly #ending = new AbortController()
  #producer: Producer | undefined
  #writing: Promise<void> | undefined

  private constructor(options: KafkaOptions, onError: (error: unknown) => void) {
    this.#options = options
    this.#onError = onError
  }

  /** Creates the topic where it is missing. Throws `KAFKA_TOPIC_MISSING` where it may not, and errors of the brokers. */
  static async open(options: KafkaOptions, onError: (error: unknown) => void): Promise<DeadLetterTopic> {
    const admin = new Admin(clientOptions(options))
    try {
      await prepare(admin, options)
      return new DeadLetterTopic(options, onError)
    } catch (error) {
      throw kafkaError(`preparing ${nameOf(options)}`, error)
    } finally {
      await closed(admin.close())
    }
  }

  publish(letter: DeadLetterRecord): void {
    this.#waiting.set(`${letter.topic}/${letter.partition}/${letter.offset}`, letter)
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#writing
    if (this.#producer !== undefined) await closed(this.#producer.close(true))
  }

  async #write(): Promise<void> {
    const { signal } = this.#ending
    while (this.#waiting.size > 0 && !signal.aborted) {
      const [key, letter] = this.#waiting.entries().next().value!
      try {
        await this.#send(key, letter)
        if (this.#waiting.get(key) === letter) this.#waiting.delete(key)
      } catch (error) {
        this.#onError(error)
        await sleep(retryMs, undefined, { signal, ref: false }).catch(() => undefined)
      }
    }
  }

  async #send(key: string, letter: DeadLetterRecord): Promise<void> {
    this.#producer ??= new Producer(clientOptions(this.#options))
    const message = {
      topic: nameOf(this.#options),
      partition: 0,
      key: Buffer.from(key),
      value: Buffer.from(encoded(DeadLetterRecord, letter)),
    }
    const sending = this.#producer.send({ messages: [message] })
    await within(this.#options.requestTimeoutMs, `writing to ${nameOf(this.#options)}`, sending)
  }
}

export const nameOf = ({ topicPrefix }: Pick<KafkaOptions, 'topicPrefix'>): string => `${topicPrefix}dead-letters`

async function prepare(admin: Admin, options: KafkaOptions): Promise<void> {
  const name = nameOf(options)
  const present = await within(options.requestTimeoutMs, 'asking for the topics', admin.listTopics())
  if (present.includes(name)) return
  const settings = Object.entries(configs).map(([name, value]) => ({ name, value }))
  if (!options.createTopics) {
    const given = settings.map(({ name, value }) => `--config ${name}=${value}`).join(' ')
    const command = `kafka-topics.sh --create --topic ${name} --partitions 1 ${given}`
    throw refused('KAFKA_TOPIC_MISSING', `the topic ${name} is missing, and kafka.createTopics is false; create it with: ${command}`)
  }
  const replicas = options.replicas === 0 ? -1 : options.replicas
  try {
    const creating = admin.createTopics({ topics: [name], partitions: 1, replicas, configs: settings })
    await within(options.requestTimeoutMs, `creating the topic ${name}`, creating)
  } catch (error) {
    // Several start at the same time.
    if (!is(error, ['TOPIC_ALREADY_EXISTS'])) throw error
  }
}
