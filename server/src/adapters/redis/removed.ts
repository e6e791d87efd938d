import type { RemovedSet } from '../../ports/removed-set.ts'
import type { RedisConnection } from './redis-connection.ts'

/** One set on one node: a page is looked up in one step. */
export class RedisRemoved implements RemovedSet {
  readonly #redis: RedisConnection
  readonly #key: string

  constructor(redis: RedisConnection) {
    this.#redis = redis
    this.#key = `${redis.prefix}removed`
  }

  async add(videos: readonly string[]): Promise<void> {
    if (videos.length > 0) await this.#redis.answer(this.#redis.client.sadd(this.#key, ...videos))
  }

  async remove(videos: readonly string[]): Promise<void> {
    if (videos.length > 0) await this.#redis.answer(this.#redis.client.srem(this.#key, ...videos))
  }

  async among(videos: readonly string[]): Promise<ReadonlySet<string>> {
    if (videos.length === 0) return new Set()
    const removed = await this.#redis.soon(this.#redis.client.smismember(this.#key, ...videos))
    return new Set(videos.filter((_, at) => removed[at] === 1))
  }
}
