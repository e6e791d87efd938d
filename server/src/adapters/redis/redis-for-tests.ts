import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import { startRedis, startRedisCluster } from '../../../../engines/for-tests.ts'
import { RedisConnection, type RedisSettings } from './redis-connection.ts'

/** Long enough for a machine that is busy with other tests. */
const patienceMs = 20_000

/** How tests reach a server. */
export interface RedisForTests {
  readonly settings: RedisSettings
  /** Another connection; it ends with the test file. */
  open(own?: Partial<RedisSettings>, warn?: (message: string) => void): Promise<RedisConnection>
  kill(): Promise<void>
  restart(): Promise<void>
}

/** A server for a test file; one of its own where it is to be broken. */
export async function redisForTests({ own }: { readonly own?: true } = {}): Promise<RedisForTests> {
  const engine = await startRedis(own ? { own } : {})
  after(() => engine[Symbol.asyncDispose]())
  const tested = over(engine.addresses.redis, engine.credentials.password, false)
  return { ...tested, kill: () => engine.kill(), restart: () => engine.restart() }
}

/** A cluster of three; of which all nodes are killed at once. */
export async function redisClusterForTests(): Promise<RedisForTests> {
  const engine = await startRedisCluster()
  after(() => engine[Symbol.asyncDispose]())
  const tested = over(engine.addresses.node2, engine.credentials.password, true)
  return { ...tested, kill: () => engine.kill(), restart: () => engine.restart() }
}

function over(nodes: string, password: string, cluster: boolean): Pick<RedisForTests, 'open' | 'settings'> {
  const prefix = `vireo-${randomUUID()}:`
  const settings = { nodes, password, cluster, prefix, username: '', tls: false, timeoutMs: patienceMs }
  return {
    settings,
    async open(others, warn = () => undefined) {
      const connection = await RedisConnection.open({ ...settings, ...others }, warn)
      after(() => connection.close())
      return connection
    },
  }
}
