import { Command } from 'ioredis'
import { hash64 } from '../../hash.ts'

const hashBytes = 8
/** `\r\n` as a number. */
const lineEnd = 0x0d0a

interface Shard {
  /** The slot of a cluster that its rows are in. */
  readonly slot: number
  /** What the protocol has of a key before the hash: how long it is, and the prefix. */
  readonly head: Buffer
}

/** Is given each row that is found, with the place of its id. Whoever keeps a row keeps all that came together with it. */
export type TakeRow = (at: number, row: Buffer) => void

/** Makes the commands that read rows by the hashes of their ids, without a buffer or an object for each. */
export class RowReader {
  readonly #shards: readonly Shard[]
  readonly #longestHead: number
  /** By shard: where it ends in the order. */
  readonly #ends: Uint32Array
  /** Both halves of the hash of each id. */
  #hashes = new Uint32Array(0)

  /** Of each shard, what its keys begin with; the rest is the hash. */
  constructor(prefixes: readonly Buffer[]) {
    this.#shards = prefixes.map((prefix) => ({
      slot: new Command('get', [prefix]).getSlot(),
      head: Buffer.concat([Buffer.from(`$${prefix.length + hashBytes}\r\n`), prefix]),
    }))
    this.#longestHead = Math.max(...this.#shards.map(({ head }) => head.length))
    this.#ends = new Uint32Array(prefixes.length)
  }

  /** A command for each shard that has any, or one for all of them. */
  reads(ids: readonly string[], byShard: boolean, take: TakeRow): ReadRows[] {
    const order = this.#byShard(ids)
    const commands: ReadRows[] = []
    let first = 0
    for (const end of byShard ? this.#ends : [ids.length]) {
      if (end > first) commands.push(this.#read(order.subarray(first, end), take))
      first = end
    }
    return commands
  }

  /** The places of the ids, shard by shard. */
  #byShard(ids: readonly string[]): Uint32Array {
    const { length } = ids
    if (this.#hashes.length < 2 * length) this.#hashes = new Uint32Array(4 * length)
    const hashes = this.#hashes
    const ends = this.#ends.fill(0)
    for (let at = 0; at < length; at++) {
      const { high, low } = hash64(ids[at]!)
      hashes[2 * at] = high
      hashes[2 * at + 1] = low
      ends[low % ends.length]!++
    }
    // Each shard begins where all before it end, and has ended when all of its own are placed.
    for (let shard = 0, all = 0; shard < ends.length; shard++) {
      const count = ends[shard]!
      ends[shard] = all
      all += count
    }
    const order = new Uint32Array(length)
    for (let at = 0; at < length; at++) order[ends[hashes[2 * at + 1]! % ends.length]!++] = at
    return order
  }

  #read(places: Uint32Array, take: TakeRow): ReadRows {
    const hashes = this.#hashes
    const begin = `*${places.length + 1}\r\n$4\r\nMGET\r\n`
    const wire = Buffer.allocUnsafe(begin.length + places.length * (this.#longestHead + hashBytes + 2))
    let next = wire.write(begin, 'latin1')
    for (const at of places) {
      const [high, low] = [hashes[2 * at]!, hashes[2 * at + 1]!]
      const { head } = this.#shards[low % this.#shards.length]!
      wire.set(head, next)
      next = wire.writeUInt32LE(high, next + head.length)
      next = wire.writeUInt32LE(low, next)
      next = wire.writeUInt16BE(lineEnd, next)
    }
    const { slot } = this.#shards[hashes[2 * places[0]! + 1]! % this.#shards.length]!
    return new ReadRows(slot, wire.subarray(0, next), (nth, row) => take(places[nth]!, row))
  }
}

/**
 * An `MGET` that is written already: the client would put it together from three pieces for each key. It hands on the rows as
 * they come and keeps none: a thousand that outlive what is young are a long collection.
 */
class ReadRows extends Command {
  readonly #slot: number
  readonly #wire: Buffer
  readonly #take: TakeRow

  constructor(slot: number, wire: Buffer, take: TakeRow) {
    super('mget')
    this.#slot = slot
    this.#wire = wire
    this.#take = take
  }

  override getSlot(): number {
    return this.#slot
  }

  override toWritable(): Buffer {
    return this.#wire
  }

  override transformReply(rows: Buffer | (Buffer | null)[]): [] {
    for (let nth = 0; nth < rows.length; nth++) {
      const row = rows[nth]
      if (row instanceof Buffer) this.#take(nth, row)
    }
    return []
  }

  /** Whoever asks has a time for all of them together. */
  override setTimeout(): void {}
}
