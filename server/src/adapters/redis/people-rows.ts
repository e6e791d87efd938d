import { randomBytes } from 'node:crypto'
import { dayMs } from '../../clock.ts'
import type { KeptPerson } from '../../migration/side.ts'
import { everybodyKey, personKeys, revisionBytes } from './person-keys.ts'
import type { RedisConnection } from './redis-connection.ts'

/** People that are asked for or written in one turn. */
const mostAtATime = 256

/** Whole rows of people, for those who bring them from elsewhere or compare them; nobody else may change them meanwhile. */
export class RedisPeopleRows {
  readonly #redis: RedisConnection
  readonly #keepMs: number

  constructor(redis: RedisConnection, keepDays: number) {
    this.#redis = redis
    this.#keepMs = keepDays * dayMs
  }

  /** In place of what was known of them. */
  async put(people: readonly KeptPerson[]): Promise<void> {
    const { client, prefix } = this.#redis
    for (let from = 0; from < people.length; from += mostAtATime) {
      const some = people.slice(from, from + mostAtATime)
      const writes = some.flatMap(({ older, person, row }) => {
        const [rowKey, olderKey] = personKeys(prefix, person)
        const stored = Buffer.concat([randomBytes(revisionBytes), row])
        const filter = older === undefined ? client.unlink(olderKey) : client.set(olderKey, Buffer.from(older), 'PX', this.#keepMs)
        return [client.set(rowKey, stored, 'PX', this.#keepMs), filter]
      })
      const counted = client.pfadd(everybodyKey(prefix), ...some.map(({ person }) => person))
      await this.#redis.answer(Promise.all<unknown>([...writes, counted]))
    }
  }

  /** Those of the people who are known, in the same order; undefined for others. */
  async get(people: readonly string[]): Promise<(KeptPerson | undefined)[]> {
    const found: (KeptPerson | undefined)[] = []
    for (let from = 0; from < people.length; from += mostAtATime) {
      const some = people.slice(from, from + mostAtATime)
      const rows = some.map((person) => this.#redis.client.mgetBuffer(personKeys(this.#redis.prefix, person)))
      for (const [at, [row, older]] of (await this.#redis.answer(Promise.all(rows))).entries()) {
        const filter = older == null ? {} : { older }
        found.push(row == null ? undefined : { person: some[at]!, row: row.subarray(revisionBytes), ...filter })
      }
    }
    return found
  }

  /** Estimated. */
  count(): Promise<number> {
    return this.#redis.answer(this.#redis.client.pfcount(everybodyKey(this.#redis.prefix)))
  }
}
