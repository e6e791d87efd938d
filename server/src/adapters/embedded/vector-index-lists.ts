import { blockRows, type VectorBlocks } from './vector-blocks.ts'
import type { VectorScan } from './vector-scan.ts'

const none = -1

/** Lists of rows, numbered from 0: each a chain of blocks, of which all but the newest, the chain's first, are full. */
export class RowLists {
  readonly #blocks: VectorBlocks
  readonly #newest: number[] = []
  readonly #lengths: number[] = []
  /** Of each block, the next of its chain, and its list. */
  #next = new Int32Array(1024)
  #listOf = new Int32Array(1024)
  #used = 0
  readonly #free: number[] = []

  constructor(blocks: VectorBlocks) {
    this.#blocks = blocks
  }

  get count(): number {
    return this.#lengths.length
  }

  length(list: number): number {
    return this.#lengths[list]!
  }

  listOf(place: number): number {
    return this.#listOf[Math.floor(place / blockRows)]!
  }

  /** Begins a list without rows, of the next number. */
  add(): number {
    this.#newest.push(none)
    return this.#lengths.push(0) - 1
  }

  /** Ends a list without rows. The last list gets its number. */
  drop(list: number): void {
    const [newest, length] = [this.#newest.pop()!, this.#lengths.pop()!]
    if (list === this.count) return
    this.#newest[list] = newest
    this.#lengths[list] = length
    for (let block = newest; block !== none; block = this.#next[block]!) this.#listOf[block] = list
  }

  /** The place of a row more, which is to be written and assigned. */
  append(list: number): number {
    const row = this.length(list) % blockRows
    if (row === 0) {
      const block = this.takeBlock()
      this.#next[block] = this.#newest[list]!
      this.#listOf[block] = list
      this.#newest[list] = block
    }
    this.#lengths[list]!++
    return this.#newest[list]! * blockRows + row
  }

  /** Takes out a row that is no item's any more; the last of its list comes in its place. */
  remove(place: number): void {
    const list = this.listOf(place)
    const newest = this.#newest[list]!
    const row = --this.#lengths[list]! % blockRows
    const last = newest * blockRows + row
    if (last !== place) {
      this.#blocks.copyRow(last, place)
      this.#blocks.assign(this.#blocks.item(last), place)
    }
    if (row > 0) return
    this.#newest[list] = this.#next[newest]!
    this.giveBlock(newest)
  }

  /** Brings an item's row into another list. */
  move(item: number, list: number): void {
    const from = this.#blocks.place(item)
    const to = this.append(list)
    this.#blocks.copyRow(from, to)
    this.#blocks.assign(item, to)
    this.remove(from)
  }

  scan(list: number, scan: VectorScan): void {
    let rows = this.#newestRows(list)
    for (let block = this.#newest[list]!; block !== none; block = this.#next[block]!) {
      scan.scan(block, rows)
      rows = blockRows
    }
  }

  *places(list: number): Generator<number> {
    let rows = this.#newestRows(list)
    for (let block = this.#newest[list]!; block !== none; block = this.#next[block]!) {
      for (let row = 0; row < rows; row++) yield block * blockRows + row
      rows = blockRows
    }
  }

  /** A block for something else than a list's rows. */
  takeBlock(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    const block = this.#used++
    this.#blocks.reserve(this.#used)
    if (block === this.#next.length) {
      this.#next = twiceAsLong(this.#next)
      this.#listOf = twiceAsLong(this.#listOf)
    }
    return block
  }

  giveBlock(block: number): void {
    this.#free.push(block)
  }

  #newestRows(list: number): number {
    return ((this.length(list) - 1) % blockRows) + 1
  }
}

function twiceAsLong(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * values.length)
  longer.set(values)
  return longer
}
