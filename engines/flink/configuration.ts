import { join } from 'node:path'

export interface Ports {
  readonly rpc: number
  readonly rest: number
  readonly blob: number
  readonly taskRpc: number
  readonly taskData: number
  readonly gateway: number
}

const here = '127.0.0.1'

/** Settings of a small cluster: two cores, four slots, state on the heap, checkpoints in the folder. */
export function configuration(folder: string, ports: Ports): string {
  const lines = {
    'jobmanager.rpc.address': here,
    'jobmanager.bind-host': here,
    'jobmanager.rpc.port': ports.rpc,
    'rest.address': here,
    'rest.bind-address': here,
    'rest.port': ports.rest,
    'blob.server.port': ports.blob,
    'taskmanager.host': here,
    'taskmanager.bind-host': here,
    'taskmanager.rpc.port': ports.taskRpc,
    'taskmanager.data.port': ports.taskData,
    'sql-gateway.endpoint.rest.address': here,
    'sql-gateway.endpoint.rest.bind-address': here,
    'sql-gateway.endpoint.rest.port': ports.gateway,
    'sql-gateway.endpoint.rest.bind-port': ports.gateway,
    'jobmanager.memory.process.size': '768m',
    'taskmanager.numberOfTaskSlots': 4,
    'taskmanager.cpu.cores': '2.0',
    'taskmanager.memory.framework.heap.size': '128m',
    'taskmanager.memory.framework.off-heap.size': '64m',
    'taskmanager.memory.task.heap.size': '512m',
    'taskmanager.memory.task.off-heap.size': '0m',
    'taskmanager.memory.managed.size': '256m',
    'taskmanager.memory.network.min': '64m',
    'taskmanager.memory.network.max': '64m',
    'taskmanager.memory.jvm-metaspace.size': '256m',
    'taskmanager.memory.jvm-overhead.min': '128m',
    'taskmanager.memory.jvm-overhead.max': '128m',
    'state.backend.type': 'hashmap',
    'execution.checkpointing.interval': '2s',
    'execution.checkpointing.dir': `file://${join(folder, 'checkpoints')}`,
    'execution.checkpointing.savepoint-dir': `file://${join(folder, 'savepoints')}`,
    'execution.checkpointing.num-retained': 20,
    'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    'restart-strategy.type': 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': 1_000_000,
    'restart-strategy.fixed-delay.delay': '1s',
    'heartbeat.interval': 2_000,
    'heartbeat.timeout': 8_000,
    'io.tmp.dirs': join(folder, 'tmp'),
  }
  return Object.entries(lines)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')
}

const exported = [
  'java.rmi/sun.rmi.registry',
  'jdk.compiler/com.sun.tools.javac.api',
  'jdk.compiler/com.sun.tools.javac.file',
  'jdk.compiler/com.sun.tools.javac.parser',
  'jdk.compiler/com.sun.tools.javac.tree',
  'jdk.compiler/com.sun.tools.javac.util',
  'java.security.jgss/sun.security.krb5',
]
const open = [
  'lang',
  'net',
  'io',
  'nio',
  'lang.reflect',
  'text',
  'time',
  'util',
  'util.concurrent',
  'util.concurrent.atomic',
  'util.concurrent.locks',
]

/** What Flink's own scripts (`env.java.opts.all`) open to it of Java 17. */
export const javaOptions: readonly string[] = [
  ...exported.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...[...open.map((name) => `java.${name}`), 'sun.nio.ch'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
]
