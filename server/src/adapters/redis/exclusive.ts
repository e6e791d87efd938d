import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exclusive, Held } from '../../ports/exclusive.ts'
import { tagOf } from './person-keys.ts'
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

  async hold(name: string, mostMs: number, person?: string): Promise<Held | undefined> {
    const { client, prefix } = this.#redis
    // On the person's node, where commands are done in their order.
    const key = `${prefix}held:${name}${person === undefined ? '' : `:${tagOf(person)}`}`
    const holder = randomUUID()
    // Nobody waits for it: commands of one connection are done in their order.
    const release = () => void letGo.run(client, [key], [holder]).catch(() => undefined)
    const endsMs = performance.now() + mostMs
    let hasWaited = false
    try {
      while ((await this.#answer(client.set(key, holder, 'PX', keptMs, 'NX'), mostMs)) === null) {
        if (performance.now() >= endsMs) return undefined
        hasWaited = true
        await sleep(retryMs)
      }
    } catch {
      // It may be held all the same.
      release()
      return undefined
    }
    return { hasWaited, [Symbol.asyncDispose]: async () => release() }
  }

  /** Who has little time is not to spend it on a slow answer. */
  #answer<Result>(asked: Promise<Result>, mostMs: number): Promise<Result> {
    return mostMs < this.#redis.timeoutMs ? this.#redis.soon(asked) : this.#redis.answer(asked)
  }
}
