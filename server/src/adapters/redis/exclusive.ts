import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exclusive } from '../../ports/exclusive.ts'
import type { RedisConnection } from './redis-connection.ts'
import { Script } from './script.ts'

/** How long somebody who has died goes on holding a name, in ms. */
const keptMs = 2_000
const retryMs = 3

/** KEYS: the name. ARGV: who lets it go. */
const letGo = new Script(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`)

/** A key a name, which goes by itself (https://redis.io/docs/latest/commands/set/#patterns). It saves work and doubles; what must not be lost does not rest on it. */
export class RedisExclusive implements Exclusive {
  readonly #redis: RedisConnection

  constructor(redis: RedisConnection) {
    this.#redis = redis
  }

  async hold(name: string, mostMs: number): Promise<AsyncDisposable | undefined> {
    const { client, prefix } = this.#redis
    const key = `${prefix}held:${name}`
    const holder = randomUUID()
    const endsMs = performance.now() + mostMs
    try {
      while ((await this.#redis.answer(client.set(key, holder, 'PX', keptMs, 'NX'))) === null) {
        if (performance.now() >= endsMs) return undefined
        await sleep(retryMs)
      }
    } catch {
      return undefined
    }
    return {
      async [Symbol.asyncDispose]() {
        await letGo.run(client, [key], [holder]).catch(() => undefined)
      },
    }
  }
}
