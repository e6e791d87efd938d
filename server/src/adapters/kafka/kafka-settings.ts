import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Config } from '../../config.ts'
import { VireoError } from '../../errors.ts'
import type { KafkaOptions } from './kafka-options.ts'

// What may wait in memory while brokers are away.
const maxQueuedBytes = 64 * 2 ** 20

/** The options for what is configured. Throws `CONFIG_WRONG` where `kafka.tlsCa` can't be read. */
export function kafkaSettings({ kafka }: Pick<Config, 'kafka'>): KafkaOptions {
  const { brokers, topicPrefix, partitions, replicas, createTopics, sasl, user, password, appendTimeoutMs, requestTimeoutMs } = kafka
  return {
    brokers: brokers.split(/[\s,]+/).filter(Boolean),
    clientId: `vireo-${hostname()}-${process.pid}`,
    topicPrefix,
    partitions,
    replicas,
    createTopics,
    ...(kafka.tls && { tls: kafka.tlsCa === '' ? {} : { ca: certificates(kafka.tlsCa) } }),
    ...(sasl !== 'none' && { sasl: { mechanism: sasl, username: user, password } }),
    appendTimeoutMs,
    requestTimeoutMs,
    maxQueuedBytes,
  }
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = `kafka.tlsCa: ${file} can't be read: ${(cause as Error).message}`
    throw new VireoError({ code: 'CONFIG_WRONG', fault: 'client', retryable: false, message, cause })
  }
}
