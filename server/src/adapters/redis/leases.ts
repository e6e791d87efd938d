import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Leases } from '../../ports/leases.ts'
import type { RedisConnection } from './redis-connection.ts'
import { Script } from './script.ts'

/** So long after the last word of its holder a name is free, in ms. */
const keptMs = 4_000
/** A holder stops before that. */
const givenUpMs = 3_000
const renewEveryMs = 1_000
const askEveryMs = 500

/** KEYS: the name. ARGV: its holder, for how long. */
const renew = new Script(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`)
const letGo = new Script(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`)

/** A key a name, which its holder renews and which goes by itself. Where Redis can't be asked nobody holds anything after a while. */
export class RedisLeases implements Leases {
  readonly #redis: RedisConnection

  constructor(redis: RedisConnection) {
    this.#redis = redis
  }

  async whileHeld(name: string, work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    const lease = new Lease(this.#redis, name)
    while (!signal.aborted) {
      if (await lease.take()) {
        await using _ = lease
        const held = AbortSignal.any([signal, lease.lost])
        await work(held)
        if (!held.aborted) return
      }
      await sleep(askEveryMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}

/** One process's hold on a name, as often as it has it. */
class Lease implements AsyncDisposable {
  readonly #redis: RedisConnection
  readonly #key: string
  readonly #holder = randomUUID()
  #lost = new AbortController()
  #renewing: NodeJS.Timeout | undefined
  #patience: NodeJS.Timeout | undefined

  constructor(redis: RedisConnection, name: string) {
    this.#redis = redis
    this.#key = `${redis.prefix}lease:${name}`
  }

  /** Aborts when it can't be sure of the name any more. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  async take(): Promise<boolean> {
    const askedMs = performance.now()
    const taken = await this.#redis.answer(this.#redis.client.set(this.#key, this.#holder, 'PX', keptMs, 'NX')).catch(() => null)
    if (taken === null) return false
    this.#lost = new AbortController()
    this.#isHeldSince(askedMs)
    this.#renewing = setInterval(() => void this.#renew(this.#lost), renewEveryMs)
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#renewing)
    clearTimeout(this.#patience)
    this.#lost.abort()
    await this.#redis.answer(letGo.run(this.#redis.client, [this.#key], [this.#holder])).catch(() => undefined)
  }

  async #renew(holding: AbortController): Promise<void> {
    const askedMs = performance.now()
    // Who can't be asked may answer the next time.
    const renewed = await this.#redis.answer(renew.run(this.#redis.client, [this.#key], [this.#holder, keptMs])).catch(() => undefined)
    if (holding.signal.aborted || renewed === undefined) return
    if (renewed === 1) this.#isHeldSince(askedMs)
    else holding.abort()
  }

  #isHeldSince(askedMs: number): void {
    const holding = this.#lost
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => holding.abort(), Math.max(0, askedMs + givenUpMs - performance.now()))
  }
}
