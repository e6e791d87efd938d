import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startKafka, startRedis } from '../engines/for-tests.ts'
import { compose, type Surroundings, type Vireo } from '../server/src/compose.ts'
import type { Config } from '../server/src/config.ts'
import { createMetrics, type Metrics } from '../server/src/metrics.ts'

const kafka = await startKafka()
after(() => kafka[Symbol.asyncDispose]())
const redis = await startRedis()
after(() => redis[Symbol.asyncDispose]())

/** Topics and keys of their own, on engines that a test file has for itself. */
export function sharedSettings() {
  const name = randomUUID()
  return {
    kafka: { brokers: kafka.addresses.brokers, topicPrefix: `${name}.`, partitions: 3, appendTimeoutMs: 60_000, requestTimeoutMs: 20_000 },
    redis: { nodes: redis.addresses.redis, password: redis.credentials.password, prefix: `${name}:`, timeoutMs: 20_000 },
  }
}

/** Several servers as one: each call reaches the next of them. */
export const composeReplicas =
  (count: number): typeof compose =>
  async (config: Config, surroundings: Surroundings): Promise<Vireo> => {
    const replicas: Vireo[] = []
    const metrics = Array.from({ length: count }, (_, n) => (n === 0 ? surroundings.metrics : createMetrics()))
    for (let n = 0; n < count; n++) {
      const dataDir = n === 0 ? config.dataDir : `${config.dataDir}-${n}`
      replicas.push(await compose({ ...config, dataDir }, { ...surroundings, metrics: metrics[n]! }))
    }
    let calls = 0
    const next = () => replicas[calls++ % count]!.services
    const [first] = replicas as [Vireo]
    const { catalog, events, feed, operations } = first.services
    return {
      ...first,
      services: {
        ...first.services,
        feed: inTurn(feed, () => next().feed),
        events: inTurn(events, () => next().events, { accept: () => counted(metrics) }),
        operations: inTurn(operations, () => next().operations),
        catalog: inTurn(catalog, () => next().catalog, { put: () => known(replicas) }),
      },
      async close() {
        await Promise.all(replicas.map((replica) => replica.close()))
      },
    }
  }

/** Calls of methods go to what `next` says; after some of them, something else is waited for. */
function inTurn<Of extends object>(first: Of, next: () => Of, then: { readonly [Name in keyof Of]?: () => Promise<void> } = {}): Of {
  return new Proxy(first, {
    get(_, name) {
      const target = next()
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      const afterwards = then[name as keyof Of]
      if (afterwards === undefined) return member.bind(target)
      return async (...given: unknown[]) => {
        const result = await member.apply(target, given)
        await afterwards()
        return result
      }
    },
  })
}

/** Waits until all servers know the same videos. */
async function known(replicas: readonly Vireo[]): Promise<void> {
  const most = Math.max(...replicas.map(({ feedParts }) => feedParts.catalog.ids.size))
  for (const { feedParts } of replicas) while (feedParts.catalog.ids.size < most) await sleep(5)
}

/** Waits until all servers have applied what the log holds: what everybody shares follows it. */
async function counted(all: readonly Metrics[]): Promise<void> {
  const behind = async ({ registry }: Metrics) => (await registry.getSingleMetric('vireo_log_behind_records')!.get()).values[0]!.value
  for (const metrics of all) while ((await behind(metrics)) > 0) await sleep(5)
}
