import type { Redis } from 'ioredis'
import { Unavailable } from '../../errors.ts'
import { modeWrong } from './redis-failure.ts'

/** Rejects where a server can't be used as it was configured; what may cost data in its own configuration. */
export async function checkServer(server: Redis, cluster: boolean): Promise<string[]> {
  const facts = new Map((await server.info()).split('\r\n').map((line) => line.split(':', 2) as [string, string]))
  const { host, port } = server.options
  const name = `Redis at ${host}:${port}`
  if ((facts.get('cluster_enabled') === '1') !== cluster) {
    throw modeWrong(`${name} is ${cluster ? 'no' : 'a'} cluster: set redis.cluster to ${!cluster}`)
  }
  if (facts.get('role') !== 'master') {
    throw new Unavailable('REDIS_READ_ONLY', `${name} is a replica, which takes no writes: name the primary in redis.nodes`)
  }
  const warnings: string[] = []
  if (facts.get('aof_enabled') === '0') warnings.push(`${name} forgets what was written last when it ends: set appendonly to yes`)
  const policy = facts.get('maxmemory_policy')
  if (facts.get('maxmemory') !== '0' && policy !== 'noeviction') {
    warnings.push(`${name} throws away people when it is full (${policy}): set maxmemory-policy to noeviction`)
  }
  return warnings
}
