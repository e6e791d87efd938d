import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine, Layout } from '../engine.ts'
import { freePorts } from '../ports.ts'
import { run } from '../programs.ts'
import { ask, needRedis, redisNode } from './redis-node.ts'

const names = ['node1', 'node2', 'node3'] as const
type Name = (typeof names)[number]
const pollMs = 50

/** Three masters that share the slots; each is a process of its own, to be killed by its name. */
export const redisCluster: Engine<Name, 'password'> = {
  name: 'redis-cluster',
  about: 'Redis, a cluster of three masters; needs redis-server',
  readyMs: 30_000,

  async install() {
    needRedis()
  },

  async layOut(folder) {
    // Nodes talk to each other on ports of their own, which would be 10,000 higher.
    const busOf = (name: Name) => `${name} bus` as const
    const ports = await freePorts(...names, ...names.map(busOf))
    const password = randomBytes(12).toString('hex')
    for (const name of names) mkdirSync(join(folder, name))
    return {
      folder,
      addresses: { node1: `127.0.0.1:${ports.node1}`, node2: `127.0.0.1:${ports.node2}`, node3: `127.0.0.1:${ports.node3}` },
      credentials: { password },
      commands: names.map((name) => {
        const cluster = ['--cluster-enabled', 'yes', '--cluster-port', `${ports[busOf(name)]}`, '--cluster-node-timeout', '2000']
        return redisNode(folder, name, ports[name], password, cluster)
      }),
    }
  },

  // Before it was founded the nodes know nothing of each other.
  async isReady(layout) {
    const answers = await Promise.all(names.map((name) => ask(layout.addresses[name], layout.credentials.password, 'CLUSTER INFO')))
    return answers.every((answer) => answer?.includes('cluster_known_nodes:1\r') || answer?.includes('cluster_state:ok'))
  },

  async found(layout, signal) {
    const nodes = names.map((name) => layout.addresses[name])
    const options = ['--cluster-replicas', '0', '--cluster-yes', '--no-auth-warning']
    await run('redis-cli', ['-a', layout.credentials.password, '--cluster', 'create', ...nodes, ...options], signal)
    while (!(await isWhole(layout))) await sleep(pollMs, undefined, { signal })
  },
}

async function isWhole({ addresses, credentials }: Layout<Name, 'password'>): Promise<boolean> {
  const answers = await Promise.all(names.map((name) => ask(addresses[name], credentials.password, 'CLUSTER INFO')))
  return answers.every((answer) => answer?.includes('cluster_state:ok'))
}
