import { Cluster, Redis } from 'ioredis'
import { Unavailable, VireoError } from '../../errors.ts'
import { checkServer } from './check-server.ts'
import { redisFailure } from './redis-failure.ts'

export interface RedisSettings {
  /** `host:port`, separated by a space. */
  readonly nodes: string
  readonly cluster: boolean
  readonly username: string
  readonly password: string
  readonly tls: boolean
  /** What all keys begin with; without braces. */
  readonly prefix: string
  readonly timeoutMs: number
}

/** Time to connect at the start, in ms. */
const startMs = 10_000
const toldEveryMs = 60_000
/** Share of its time that what a page waits for may take, and share while Redis has been slower than that. */
const soonShare = 1 / 5
const slowShare = 1 / 50
/** How long it waits to connect again, in ms: a little longer each time. */
const again = (times: number) => Math.min(50 * times, 1_000)

/** One or several Redis servers. It connects again by itself; what is asked meanwhile fails within its time. */
export class RedisConnection {
  readonly #client: Redis | Cluster
  #isCorked = false
  /** What a page waited for has taken too long, and nothing has come in time since. */
  #isSlow = false
  readonly prefix: string
  readonly isCluster: boolean
  readonly timeoutMs: number

  private constructor(settings: RedisSettings) {
    this.#client = clientOf(settings)
    this.prefix = settings.prefix
    this.isCluster = settings.cluster
    this.timeoutMs = settings.timeoutMs
  }

  /** Rejects with what is wrong with the settings or the servers. `warn` is told what may cost data, and of lost connections. */
  static async open(settings: RedisSettings, warn: (message: string) => void): Promise<RedisConnection> {
    const connection = new RedisConnection(settings)
    const client = connection.#client
    // Why it can't connect comes apart from the failure.
    const reasons = new Reasons()
    client.on('error', (error: unknown) => reasons.add(error))
    try {
      await within(startMs, client.connect())
      for (const server of connection.servers) {
        for (const warning of await within(startMs, checkServer(server, settings.cluster))) warn(warning)
      }
    } catch (error) {
      client.disconnect()
      const isKnown = error instanceof VireoError && error.code !== 'REDIS_UNAVAILABLE'
      throw atStart(redisFailure(isKnown ? error : (reasons.last ?? error)), settings.nodes)
    }
    reasons.warn = warn
    return connection
  }

  /** What Redis was asked for, within the time that there is for it. */
  async answer<Result>(asked: Promise<Result>): Promise<Result> {
    try {
      return await within(this.timeoutMs, asked)
    } catch (error) {
      throw redisFailure(error)
    }
  }

  /**
   * What a page waits for: it is told soon that it must do without. While Redis is slow nobody waits for long; what comes in
   * time, for whomever, ends that.
   */
  async soon<Result>(asked: Promise<Result>): Promise<Result> {
    const inTimeMs = this.timeoutMs * soonShare
    const askedMs = performance.now()
    asked.then(
      () => {
        if (performance.now() - askedMs <= inTimeMs) this.#isSlow = false
      },
      () => undefined,
    )
    const late = () => {
      this.#isSlow = true
    }
    try {
      return await within(this.#isSlow ? this.timeoutMs * slowShare : inTimeMs, asked, late)
    } catch (error) {
      throw redisFailure(error)
    }
  }

  /** What all who share the servers know under a name: the first of their proposals. */
  async secret(name: string, proposal: string): Promise<string> {
    const key = `${this.prefix}${name}`
    await this.answer(this.client.set(key, proposal, 'NX'))
    return (await this.answer(this.client.get(key)))!
  }

  /** To ask with. What is asked in one turn goes out together: one packet to each server, not one for each command. */
  get client(): Redis | Cluster {
    if (!this.#isCorked) {
      this.#isCorked = true
      const streams = this.servers.flatMap(({ stream }) => stream ?? [])
      for (const stream of streams) stream.cork()
      process.nextTick(() => {
        for (const stream of streams) stream.uncork()
        this.#isCorked = false
      })
    }
    return this.#client
  }

  /** All that take writes. */
  get servers(): Redis[] {
    return this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client]
  }

  async close(): Promise<void> {
    // Where nothing answers there is nothing to wait for.
    await within(this.timeoutMs, this.#client.quit()).catch(() => undefined)
    this.#client.disconnect()
  }
}

function clientOf({ cluster, nodes, password, timeoutMs, tls, username }: RedisSettings): Redis | Cluster {
  const addresses = nodes.split(' ').map((node) => {
    const colon = node.lastIndexOf(':')
    return { host: node.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(node.slice(colon + 1)) }
  })
  const options = {
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    commandTimeout: timeoutMs,
    connectTimeout: startMs,
    // What waits for a connection is given up with the next one that fails.
    maxRetriesPerRequest: 1,
  }
  if (!cluster) return new Redis({ ...options, ...addresses[0]!, lazyConnect: true, retryStrategy: again })
  return new Cluster(addresses, {
    lazyConnect: true,
    clusterRetryStrategy: again,
    slotsRefreshTimeout: startMs,
    // A slot that moves to another node takes one or two.
    maxRedirections: 4,
    redisOptions: options,
  })
}

/** Why connections fail; told once a minute, since it tries again and again. */
class Reasons {
  warn: ((message: string) => void) | undefined
  last: unknown
  #told = { message: '', atMs: 0 }

  add(error: unknown): void {
    this.last = error
    if (this.warn === undefined) return
    const { message } = redisFailure(error)
    const nowMs = performance.now()
    if (message === this.#told.message && nowMs - this.#told.atMs < toldEveryMs) return
    this.#told = { message, atMs: nowMs }
    this.warn(message)
  }
}

function atStart({ code, fault, message, retryable }: VireoError, nodes: string): VireoError {
  return new VireoError({ code, fault, retryable, message: `${message} (redis.nodes is ${nodes})` })
}

/** Rejects with `REDIS_UNAVAILABLE` where it takes longer, and calls `late` before. */
export async function within<Result>(ms: number, asked: Promise<Result>, late?: () => void): Promise<Result> {
  const limit = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late?.()
    limit.reject(new Unavailable('REDIS_UNAVAILABLE', `Redis does not answer within ${ms} ms`))
  }, ms)
  try {
    return await Promise.race([asked, limit.promise])
  } finally {
    clearTimeout(timer)
  }
}
