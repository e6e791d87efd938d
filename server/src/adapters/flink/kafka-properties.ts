import type { KafkaOptions } from '../kafka/kafka-options.ts'

/** What stands in a job's statements for the password of Kafka. */
const passwordPlaceholder = '{kafka.password}'

// As flink-sql-connector-kafka has Kafka's classes.
const shaded = 'org.apache.flink.kafka.shaded.org.apache.kafka'

/** How Flink's connector reaches Kafka, with a placeholder for the password. `brokers`: as Flink names them. */
export function kafkaProperties({ sasl, tls }: Pick<KafkaOptions, 'sasl' | 'tls'>, brokers: string): Record<string, string> {
  const protocol = [sasl && 'SASL', tls ? 'SSL' : 'PLAINTEXT'].filter(Boolean).join('_')
  return {
    'bootstrap.servers': brokers,
    ...((tls || sasl) && { 'security.protocol': protocol }),
    ...(tls?.ca !== undefined && { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': tls.ca.trim() }),
    ...(sasl && {
      'sasl.mechanism': sasl.mechanism,
      'sasl.jaas.config': `${moduleOf(sasl.mechanism)} required username="${inJaas(sasl.username)}" password="${passwordPlaceholder}";`,
    }),
  }
}

/** What a job's statements hold in secret, by placeholder: as it stands in a text of SQL. */
export const kafkaSecrets = ({ sasl }: Pick<KafkaOptions, 'sasl'>): ReadonlyMap<string, string> =>
  new Map(sasl ? [[passwordPlaceholder, inJaas(sasl.password).replaceAll("'", "''")]] : [])

const moduleOf = (mechanism: string) =>
  `${shaded}.common.security.${mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule'}`

const inJaas = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
