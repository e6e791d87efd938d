import { hash64 } from '../../hash.ts'
import type { FeatureRow, FeatureStore } from '../../ports/feature-store.ts'
import { decodeRow, encodeRow } from './feature-row-codec.ts'
import type { RedisConnection } from './redis-connection.ts'
import { Script } from './script.ts'

/** Rows of one shard lie on one node and are read by one command. As many as there are, for ever: they are in the keys. */
const shards = 128
/** Rows that a server writes in one step: others wait for that long. */
const mostAtATime = 256

/** KEYS: rows. ARGV: what to write. What is as of a later time already stays. */
const putLater = new Script(`
for at, key in ipairs(KEYS) do
  local before = redis.call('GETRANGE', key, 0, 7)
  if before == '' or struct.unpack('<d', before) <= struct.unpack('<d', ARGV[at]) then redis.call('SET', key, ARGV[at]) end
end`)

/** Rows by the hashes of ids, packed. All that is asked for goes out at once: one round trip to each node. */
export class RedisFeatureRows implements FeatureStore {
  readonly width: number
  readonly #redis: RedisConnection
  readonly #prefixes: readonly Buffer[]

  /** `set` names what the values are, with its version: another set has other rows. */
  constructor(redis: RedisConnection, set: string, width: number) {
    this.width = width
    this.#redis = redis
    this.#prefixes = Array.from({ length: shards }, (_, shard) => Buffer.from(`${redis.prefix}${set}:{${shard}}`))
  }

  async put(rows: readonly FeatureRow[]): Promise<void> {
    const encoded = rows.map((row) => encodeRow(row, this.width))
    const writes = this.#grouped(
      rows.map(({ id }) => id),
      true,
    ).flatMap(({ at, keys }) =>
      chunks(keys.length).map(([first, end]) => {
        const values = at.slice(first, end).map((row) => encoded[row]!)
        return putLater.run(this.#redis.client, keys.slice(first, end), values)
      }),
    )
    await this.#redis.answer(Promise.all(writes))
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#redis.answer(Promise.all(this.#grouped(ids, true).map(({ keys }) => this.#redis.client.unlink(...keys))))
  }

  async gather(ids: readonly string[], into: Float64Array): Promise<Float64Array> {
    const untilMs = new Float64Array(ids.length)
    const groups = this.#grouped(ids, this.#redis.isCluster)
    const found = await this.#redis.answer(Promise.all(groups.map(({ keys }) => this.#redis.client.mgetBuffer(...keys))))
    into.fill(0, 0, ids.length * this.width)
    for (const [group, { at }] of groups.entries()) {
      for (const [place, row] of found[group]!.entries()) {
        if (row !== null) untilMs[at[place]!] = decodeRow(row, this.width, into, at[place]! * this.width)
      }
    }
    return untilMs
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
