import { setTimeout as sleep } from 'node:timers/promises'
import type { AdminOptions } from '@platformatic/kafka'
import type { Topic } from '../../ports/event-log.ts'
import { hearConnectionErrors } from './connection-errors.ts'

export interface KafkaOptions {
  /** Some brokers of the cluster, as `host:port`; they name the others. */
  readonly brokers: readonly string[]
  /** What this process is called in the brokers' logs and quotas. */
  readonly clientId: string
  /** In front of each topic's name. */
  readonly topicPrefix: string
  /** Partitions of each topic; a key's partition follows from their number, so it is fixed once topics are created. */
  readonly partitions: number
  /** Copies of each record in topics that are created; 0 leaves it to the cluster. */
  readonly replicas: number
  /** Whether topics that are missing are created. */
  readonly createTopics: boolean
  /** Encrypts connections. `ca`: certificates in PEM that are trusted instead of those that Node trusts. */
  readonly tls?: { readonly ca?: string }
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
    readonly username: string
    readonly password: string
  }
  /** From `append` until its answer, in ms, whatever happens to the brokers. */
  readonly appendTimeoutMs: number
  /** Time for any other request, in ms. */
  readonly requestTimeoutMs: number
  /** Bytes of appends that may wait for the brokers; more reject with `Overloaded`. */
  readonly maxQueuedBytes: number
}

const retryDelayMs = 100
// So long a client may go on asking a broker that leads a partition no more.
const metadataMaxAgeMs = 2_000

/** What every client of the cluster is made with. Each has connections of its own. */
export function clientOptions(options: KafkaOptions): AdminOptions {
  hearConnectionErrors()
  const { brokers, clientId, tls, sasl, requestTimeoutMs } = options
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout: Math.min(requestTimeoutMs, 5_000),
    requestTimeout: requestTimeoutMs,
    timeout: requestTimeoutMs,
    retries: 3,
    retryDelay: retryDelayMs,
    metadataMaxAge: metadataMaxAgeMs,
    autocreateTopics: false,
    ...(tls && { tls: { ...(tls.ca !== undefined && { ca: tls.ca }) } }),
    ...(sasl && { sasl: { ...sasl } }),
  }
}

const closeMs = 2_000

/** Waits for a client's closing; one whose broker does not listen any more is left to itself. */
export async function closed(closing: Promise<void>): Promise<void> {
  await Promise.race([closing.catch(() => undefined), sleep(closeMs, undefined, { ref: false })])
}

export const nameOf = ({ topicPrefix }: KafkaOptions, topic: Topic) => `${topicPrefix}${topic}`
