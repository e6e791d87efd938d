import type { Engine } from './engine.ts'
import { flink } from './flink/flink.ts'
import { kafka } from './kafka/kafka.ts'
import { startOwn, stopOwn } from './own.ts'
import { redis } from './redis/redis.ts'
import { redisCluster } from './redis/redis-cluster.ts'
import type { RunningEngine } from './running-engine.ts'
import { s3 } from './s3/s3.ts'
import { startShared } from './shared.ts'
import { toxiproxy } from './toxiproxy/toxiproxy.ts'

/** Long enough to fetch or build one that isn't in the cache. */
const startMs = 900_000

interface Options {
  /** One of its own in any case: for tests that kill it. */
  readonly own?: true
}

type TestEngine<Address extends string, Credential extends string> = RunningEngine<Address, Credential> & AsyncDisposable

/**
 * Starts an engine for a test, which ends it: `await using kafka = await startKafka()`. With ENGINES_SHARED=1 it is the one of
 * `npm run engines`, which stays; tests make topics, prefixes and buckets of their own in it.
 */
const starter =
  <Address extends string, Credential extends string>(engine: Engine<Address, Credential>) =>
  async ({ own }: Options = {}): Promise<TestEngine<Address, Credential>> => {
    const signal = AbortSignal.timeout(startMs)
    const isShared = process.env.ENGINES_SHARED === '1' && !own
    const running = isShared ? await startShared(engine, signal) : await startOwn(engine, signal)
    return Object.assign(running, { [Symbol.asyncDispose]: () => (isShared ? Promise.resolve() : stopOwn(running)) })
  }

export const startKafka = starter(kafka)
export const startRedis = starter(redis)
export const startRedisCluster = starter(redisCluster)
export const startS3 = starter(s3)
export const startFlink = starter(flink)
export const startToxiproxy = starter(toxiproxy)
