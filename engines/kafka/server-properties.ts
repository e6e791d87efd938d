export interface Ports {
  readonly plain: number
  readonly secure: number
  readonly controller: number
  /** A door for those who come another way, such as through a proxy: where it is, and what it tells them its address is. */
  readonly around: number
  readonly aroundAs: number
  /** Another such door, so that one way can break and the other not. */
  readonly aside: number
  readonly asideAs: number
}

export interface Security {
  readonly keystore: string
  readonly storePassword: string
  readonly user: string
  readonly password: string
}

/** Settings of a single broker that is its own controller. What it loses in a crash of the machine nobody wants back. */
export function serverProperties(data: string, ports: Ports, security: Security | undefined): string {
  const { plain, secure, controller, around, aroundAs, aside, asideAs } = ports
  const doors = [`PLAINTEXT://127.0.0.1:${plain}`, ...(security ? [`SASL_SSL://127.0.0.1:${secure}`] : [])]
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
    listeners: [...doors, ...ways(around, aside), `CONTROLLER://127.0.0.1:${controller}`].join(','),
    'advertised.listeners': [...doors, ...ways(aroundAs, asideAs)].join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,AROUND:PLAINTEXT,ASIDE:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
    'log.dirs': data,
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'offsets.topic.num.partitions': '8',
    'transaction.state.log.num.partitions': '8',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    'log.cleaner.dedupe.buffer.size': '16777216',
    // So that tests need not wait for compaction.
    'log.cleaner.backoff.ms': '500',
    ...(security && secured(security)),
  }
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

const ways = (around: number, aside: number) => [`AROUND://127.0.0.1:${around}`, `ASIDE://127.0.0.1:${aside}`]

function secured({ keystore, storePassword, user, password }: Security): Record<string, string> {
  const login = 'org.apache.kafka.common.security'
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required user_${user}="${password}";`,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
    'ssl.keystore.location': keystore,
    'ssl.keystore.password': storePassword,
    'ssl.keystore.type': 'PKCS12',
  }
}
