import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import { freePorts } from '../ports.ts'
import { ask, needRedis, redisNode } from './redis-node.ts'

export const redis: Engine<'redis', 'password'> = {
  name: 'redis',
  about: 'Redis, one server; needs redis-server',
  readyMs: 20_000,

  async install() {
    needRedis()
  },

  async layOut(folder) {
    const { port } = await freePorts('port')
    const password = randomBytes(12).toString('hex')
    mkdirSync(join(folder, 'server'))
    return {
      folder,
      addresses: { redis: `127.0.0.1:${port}` },
      credentials: { password },
      commands: [redisNode(folder, 'server', port, password)],
    }
  },

  async isReady({ addresses, credentials }) {
    return (await ask(addresses.redis, credentials.password, 'PING')) === '+PONG'
  },
}
