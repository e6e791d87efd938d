import { Cluster } from 'ioredis'
import { hash64 } from '../../hash.ts'
import { RowReader, type TakeRow } from './read-rows.ts'
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
  readonly #reader: RowReader
  readonly #keptMs: number

  /** `set` names what the rows are, with its version: another set has other rows. `keptMs` of 0 keeps them for ever. */
  constructor(redis: RedisConnection, set: string, keptMs = 0) {
    this.#redis = redis
    this.#prefixes = Array.from({ length: shards }, (_, shard) => Buffer.from(`${redis.prefix}${set}:{${shard}}`))
    this.#reader = new RowReader(this.#prefixes)
    this.#keptMs = keptMs
  }

  async put(ids: readonly string[], rows: readonly Buffer[]): Promise<void> {
    const writes = this.#byShard(ids).flatMap(({ at, keys }) =>
      chunks(keys.length).map(([first, end]) => {
        const values = at.slice(first, end).map((row) => rows[row]!)
        return putLater.run(this.#redis.client, keys.slice(first, end), [this.#keptMs, ...values])
      }),
    )
    await this.#redis.answer(Promise.all(writes))
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#redis.answer(Promise.all(this.#byShard(ids).map(({ keys }) => this.#redis.client.unlink(...keys))))
  }

  /** Calls `take` for each of the ids that has a row, until it has resolved or rejected. */
  async gather(ids: readonly string[], take: TakeRow): Promise<void> {
    let isOver = false
    const takeInTime: TakeRow = (at, row) => {
      if (!isOver) take(at, row)
    }
    const found = this.#gather(ids, takeInTime, true)
    try {
      // Rows that go to another server are found by whoever follows them.
      await this.#redis.answer(this.#redis.isCluster ? found.catch(() => this.#gather(ids, takeInTime, false)) : found)
    } finally {
      isOver = true
    }
  }

  /** `isDirect`: from the servers that should have the rows, and from no others. */
  async #gather(ids: readonly string[], take: TakeRow, isDirect: boolean): Promise<void> {
    const { client, isCluster } = this.#redis
    const commands = this.#reader.reads(ids, isCluster, take)
    for (const command of commands) {
      // Of what it may have to send elsewhere a cluster's client keeps a note, which young collections take long to look through.
      if (isDirect && client instanceof Cluster) client.sendCommand(command, undefined, { slot: command.getSlot() })
      else client.sendCommand(command)
    }
    await Promise.all(commands.map(({ promise }) => promise))
  }

  /** Keys that go into one command, and of which ids they are. */
  #byShard(ids: readonly string[]): { readonly keys: Buffer[]; readonly at: number[] }[] {
    const groups = this.#prefixes.map(() => ({ keys: [] as Buffer[], at: [] as number[] }))
    for (const [at, id] of ids.entries()) {
      const { high, low } = hash64(id)
      const shard = low % shards
      const prefix = this.#prefixes[shard]!
      const key = Buffer.allocUnsafe(prefix.length + 8)
      key.set(prefix)
      key.writeUInt32LE(high, prefix.length)
      key.writeUInt32LE(low, prefix.length + 4)
      groups[shard]!.keys.push(key)
      groups[shard]!.at.push(at)
    }
    return groups.filter(({ keys }) => keys.length > 0)
  }
}

function chunks(count: number): [first: number, end: number][] {
  return Array.from({ length: Math.ceil(count / mostAtATime) }, (_, n) => [n * mostAtATime, (n + 1) * mostAtATime])
}
