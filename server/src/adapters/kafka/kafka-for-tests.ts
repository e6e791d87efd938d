import { randomUUID } from 'node:crypto'
import type { startKafka } from '../../../../engines/for-tests.ts'
import type { KafkaOptions } from './kafka-options.ts'

/** Topics of their own, patient timeouts. */
export function kafkaForTests(
  { addresses }: Pick<Awaited<ReturnType<typeof startKafka>>, 'addresses'>,
  others: Partial<KafkaOptions> = {},
): KafkaOptions {
  return {
    brokers: [addresses.brokers],
    clientId: 'vireo-test',
    topicPrefix: `${randomUUID()}.`,
    partitions: 1,
    replicas: 0,
    createTopics: true,
    appendTimeoutMs: 60_000,
    requestTimeoutMs: 20_000,
    maxQueuedBytes: 64 * 2 ** 20,
    ...others,
  }
}
