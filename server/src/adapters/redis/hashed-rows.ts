import { hash64 } from '../../hash.ts'
import type { RedisConnection } from './redis-connection.ts'
import { Script } from './script.ts'

/** Rows of one shard lie on one node and are read by one command. As many as there are, for ever: they are in the keys. */
const shards = 128
/** Rows that a server writes in one step: others wait for that long. */
const mostAtATime = 256

/** KEYS: rows. ARGV: how long they stay in ms, or 0 for ever; then what to write. What is as of a later time already stays. */
const putLater = new Script(`
for at, key in ipairs(KEYS) do
  local row, before = ARGV[at + 1], redis.call('GETRANGE', key, 0, 7)
  if before == '' or struct.unpack('<d', before) <= struct.unpack('<d', row) then
    if ARGV[1] == '0' then redis.call('SET', key, row) else redis.call('SET', key, row, 'PX', ARGV[1]) end
  end
end`)

/**
 * Rows by the hashes of ids, each beginning with the time as of which it is (a double, the lowest byte first). All that is
 * asked for goes out at once: one round trip to each node.
 */
export class HashedRows {
  readonly #redis: RedisConnection
  readonly #prefixes: readonly Buffer[]
  readonly #keptMs: number

  /** `set` names what the rows are, with its version: another set has other rows. `keptMs` of 0 keeps them for ever. */
  constructor(redis: RedisConnection, set: string, keptMs = 0) {
    this.#redis = redis
    this.#prefixes = Array.from({ length: shards }, (_, shard) => Buffer.from(`${redis.prefix}${set}:{${shard}}`))
    this.#keptMs = keptMs
  }

  async put(ids: readonly string[], rows: readonly Buffer[]): Promise<void> {
    const writes = this.#grouped(ids, true).flatMap(({ at, keys }) =>
      chunks(keys.length).map(([first, end]) => {
        const values = at.slice(first, end).map((row) => rows[row]!)
        return putLater.run(this.#redis.client, keys.slice(first, end), [this.#keptMs, ...values])
      }),
    )
    await this.#redis.answer(Promise.all(writes))
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#redis.answer(Promise.all(this.#grouped(ids, true).map(({ keys }) => this.#redis.client.unlink(...keys))))
  }

  /** In the order of the ids; null for those without one. */
  async gather(ids: readonly string[]): Promise<readonly (Buffer | null)[]> {
    const groups = this.#grouped(ids, this.#redis.isCluster)
    const found = await this.#redis.answer(Promise.all(groups.map(({ keys }) => this.#redis.client.mgetBuffer(...keys))))
    const rows: (Buffer | null)[] = new Array(ids.length).fill(null)
    for (const [group, { at }] of groups.entries()) {
      for (const [place, row] of found[group]!.entries()) rows[at[place]!] = row
    }
    return rows
  }

  /** Keys that go into one command, and of which ids they are. One server takes all in one where it need not write. */
  #grouped(ids: readonly string[], byShard: boolean): { readonly keys: Buffer[]; readonly at: number[] }[] {
    const groups = Array.from({ length: byShard ? shards : 1 }, () => ({ keys: [] as Buffer[], at: [] as number[] }))
    for (const [at, id] of ids.entries()) {
      const { high, low } = hash64(id)
      const shard = low % shards
      const prefix = this.#prefixes[shard]!
      const key = Buffer.allocUnsafe(prefix.length + 8)
      key.set(prefix)
      key.writeUInt32LE(high, prefix.length)
      key.writeUInt32LE(low, prefix.length + 4)
      const group = groups[byShard ? shard : 0]!
      group.keys.push(key)
      group.at.push(at)
    }
    return groups.filter(({ keys }) => keys.length > 0)
  }
}

function chunks(count: number): [first: number, end: number][] {
  return Array.from({ length: Math.ceil(count / mostAtATime) }, (_, n) => [n * mostAtATime, (n + 1) * mostAtATime])
}
