import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { exactSearch, Index, MetricKind, ScalarKind } from 'usearch'
import type { Neighbours } from '../../ports/vector-index.ts'
import { quantise, type SharedTable, VectorTable } from './vector-table.ts'

export interface GraphOptions {
  readonly table: SharedTable
  /** Up to so many rows every one is looked at. */
  readonly exactUpTo: number
}

/** Of a row that is free. */
export const nobody = 0xffff_ffff

// Links of a node, and how many candidates are looked at for them: docs/decisions/0011-vector-index.md.
const connectivity = 14
const expansionAdd = 128
// More is found than was asked, to be scored anew by the table: the graph misses some, and compares what usearch has rounded
// to 8 bits coarsely. Where all are compared, only the query is rounded besides.
const overfetch = { graph: 1.5, all: 1.125 }
const leastFound = 64
const threads = 1

/** A graph of nearest neighbours (HNSW, Malkov and Yashunin 2016) over the rows of a table, for the thread that writes both. */
export class VectorGraph {
  readonly width: number
  readonly #index: Index
  readonly #table: VectorTable
  readonly #exactUpTo: number
  /** Of each row that was ever used, its item or `nobody`. */
  #items = new Uint32Array(1024)
  #rows = 0
  #free: number[] = []
  // usearch's name of a row, in one array for all calls: a new one each would leave memory outside the heap behind.
  readonly #key = new BigUint64Array(1)

  constructor({ exactUpTo, table }: GraphOptions) {
    this.width = table.width
    this.#table = new VectorTable(table)
    this.#exactUpTo = exactUpTo
    // Directions compared by their dot product: usearch gives them all one length when it makes them int8.
    this.#index = new Index({
      dimensions: table.width,
      metric: MetricKind.IP,
      quantization: ScalarKind.I8,
      connectivity,
      expansion_add: expansionAdd,
      expansion_search: leastFound,
      multi: false,
    })
  }

  get size(): number {
    return this.#rows - this.#free.length
  }

  upsert(item: number, vector: Float32Array): void {
    const before = this.#table.row(item)
    if (before >= 0) this.#index.remove(this.#keyOf(before))
    const row = before >= 0 ? before : (this.#free.pop() ?? this.#newRow())
    this.#table.write(row, vector)
    this.#index.add(this.#keyOf(row), vector, threads)
    this.#items[row] = item
    this.#table.assign(item, row)
  }

  remove(item: number): void {
    const row = this.#table.row(item)
    if (row < 0) return
    this.#table.assign(item, -1)
    this.#release(row)
  }

  search(query: Float32Array, count: number): Neighbours {
    const wanted = Math.min(count, this.size)
    if (wanted === 0) return { items: new Uint32Array(0), scores: new Float32Array(0) }
    const keys = this.#rows <= this.#exactUpTo ? this.#nearestOfAll(query, wanted) : this.#nearestInGraph(query, wanted)
    return this.#best(query, keys, wanted)
  }

  /** Writes the graph, and behind it the table's rows; the item of each row. */
  save(file: string): { items: Uint32Array; graphBytes: number } {
    this.#index.save(file)
    const graphBytes = statSync(file).size
    const into = openSync(file, 'a')
    try {
      const rows = this.#table.firstRows(this.#rows)
      for (let at = 0; at < rows.length; ) at += writeSync(into, rows, at)
    } finally {
      closeSync(into)
    }
    return { items: this.#items.slice(0, this.#rows), graphBytes }
  }

  /** Takes what `save` wrote, with the item that each row has now, or `nobody`. */
  load(file: string, graphBytes: number, items: Uint32Array): undefined {
    this.#index.load(file)
    this.#rows = items.length
    this.#items = items.slice()
    this.#table.reserve(items.length)
    const rows = this.#table.firstRows(items.length)
    const from = openSync(file, 'r')
    try {
      for (let at = 0; at < rows.length; ) at += readSync(from, rows, at, rows.length - at, graphBytes + at)
    } finally {
      closeSync(from)
    }
    const keys = BigUint64Array.from({ length: items.length }, (_, row) => BigInt(row))
    const linked = this.#index.contains(keys) as boolean[]
    for (const [row, item] of items.entries()) {
      this.#table.rescale(row)
      if (linked[row] && item !== nobody && !this.#table.has(item)) this.#table.assign(item, row)
      else this.#release(row)
    }
  }

  #keyOf(row: number): BigUint64Array {
    this.#key[0] = BigInt(row)
    return this.#key
  }

  #newRow(): number {
    const row = this.#rows++
    this.#table.reserve(this.#rows)
    if (row === this.#items.length) {
      const items = this.#items
      this.#items = new Uint32Array(2 * row)
      this.#items.set(items)
    }
    return row
  }

  #release(row: number): void {
    this.#index.remove(this.#keyOf(row))
    this.#items[row] = nobody
    this.#free.push(row)
  }

  #nearestInGraph(query: Float32Array, wanted: number): BigUint64Array {
    return this.#index.search(query, Math.max(leastFound, Math.ceil(wanted * overfetch.graph)), threads).keys
  }

  #nearestOfAll(query: Float32Array, wanted: number): BigUint64Array {
    const direction = new Int8Array(query.length)
    quantise(query, direction)
    // Free rows are compared too.
    const most = Math.max(leastFound, Math.ceil(wanted * overfetch.all)) + this.#free.length
    const rows = this.#table.firstRows(this.#rows)
    return exactSearch(rows, direction, query.length, Math.min(this.#rows, most), MetricKind.Cos, threads).keys
  }

  /** Scores what was found by the table, which is finer than the graph, and keeps the best. */
  #best(query: Float32Array, keys: BigUint64Array, wanted: number): Neighbours {
    // Native sorting knows numbers alone: a score's bits, made to ascend from the best, then its place among what was found.
    const order = new Float64Array(keys.length)
    const scores = new Float32Array(keys.length)
    const bits = new Uint32Array(scores.buffer)
    // Keys are 64 bits, their low halves first.
    const rows = new Uint32Array(keys.buffer, keys.byteOffset, 2 * keys.length)
    let found = 0
    for (let at = 0; at < keys.length; at++) {
      const row = rows[2 * at]!
      if (this.#items[row] === nobody) continue
      scores[at] = this.#table.dotRow(query, row)
      const negative = bits[at]! >>> 31 === 1
      order[found++] = (negative ? bits[at]! : 0x7fff_ffff - bits[at]!) * keys.length + at
    }
    order.subarray(0, found).sort()
    const best = { items: new Uint32Array(Math.min(wanted, found)), scores: new Float32Array(Math.min(wanted, found)) }
    for (let place = 0; place < best.items.length; place++) {
      const at = order[place]! % keys.length
      best.items[place] = this.#items[rows[2 * at]!]!
      best.scores[place] = scores[at]!
    }
    return best
  }
}
