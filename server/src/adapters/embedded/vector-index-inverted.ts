import type { Neighbours } from '../../ports/vector-index.ts'
import { type SharedVectors, VectorBlocks } from './vector-blocks.ts'
import { ListBalance } from './vector-index-balance.ts'
import { Centroids } from './vector-index-centroids.ts'
import { RowLists } from './vector-index-lists.ts'
import { VectorScan } from './vector-scan.ts'

export interface InvertedFileOptions {
  readonly shared: SharedVectors
  /** Lists are not divided below this. */
  readonly leastListRows: number
}

// What recall was measured with: docs/decisions/0011-vector-index.md. The nearest lists and the rows compared both grow with
// the root of the catalogue, so that neither outgrows the other.
const listRows = 0.25
const comparedRows = 4.5
const leastCompared = 4_096
/** A list that has become so much shorter than its limit is given up. */
const shortList = 1 / 8

/**
 * Vectors in lists, each around a centroid; a search compares all vectors of the lists whose centroids are nearest (IVF:
 * Jégou, Douze and Schmid 2011). For the thread that writes.
 */
export class InvertedFile {
  readonly blocks: VectorBlocks
  readonly lists: RowLists
  readonly #scan: VectorScan
  readonly #centroids: Centroids
  readonly #balance: ListBalance
  readonly #leastListRows: number
  #size = 0

  constructor({ leastListRows, shared }: InvertedFileOptions) {
    this.blocks = new VectorBlocks(shared)
    this.lists = new RowLists(this.blocks)
    this.#scan = new VectorScan(this.blocks)
    this.#centroids = new Centroids(this.blocks, this.#scan, this.lists)
    this.#balance = new ListBalance({ blocks: this.blocks, scan: this.#scan, lists: this.lists, centroids: this.#centroids })
    this.#leastListRows = leastListRows
    this.#balance.addList()
  }

  get size(): number {
    return this.#size
  }

  upsert(item: number, vector: Float32Array): void {
    this.#scan.ask(vector)
    const before = this.blocks.place(item)
    const place = this.lists.append(this.#centroids.nearestOne())
    this.blocks.write(place, vector)
    this.blocks.assign(item, place)
    if (before < 0) this.#size++
    else this.#takeOut(before)
    const list = this.lists.listOf(this.blocks.place(item))
    if (this.lists.length(list) === 1) this.#centroids.recentre(list)
    else if (this.lists.length(list) > this.#mostListRows) this.#balance.split(list)
  }

  remove(item: number): void {
    const place = this.blocks.place(item)
    if (place < 0) return
    this.blocks.forget(item)
    this.#size--
    this.#takeOut(place)
  }

  search(query: Float32Array, count: number): Neighbours {
    const wanted = Math.min(count, this.#size)
    if (wanted === 0) return { items: new Uint32Array(), scores: new Float32Array() }
    this.#scan.ask(query)
    this.#compare(wanted)
    const found = this.#scan.finishInOrder()
    const neighbours = { items: new Uint32Array(found), scores: new Float32Array(found) }
    for (let at = 0; at < found; at++) {
      neighbours.items[at] = this.blocks.item(this.#scan.place(at))
      neighbours.scores[at] = this.#scan.score(at)
    }
    return neighbours
  }

  /** Begins a list for rows that are put into it one by one. */
  addList(): number {
    return this.lists.length(this.lists.count - 1) === 0 ? this.lists.count - 1 : this.#balance.addList()
  }

  /** Puts an item that is not there yet into a list, with the numbers of a row as they were kept. */
  put(item: number, row: Int8Array, list: number): void {
    const place = this.lists.append(list)
    this.blocks.row(place).set(row)
    this.blocks.rescale(place)
    this.blocks.assign(item, place)
    this.#size++
  }

  /** Says that a list has its rows. */
  settle(list: number): void {
    this.#centroids.recentre(list)
  }

  get #mostListRows(): number {
    return Math.max(this.#leastListRows, listRows * Math.sqrt(this.#size))
  }

  #takeOut(place: number): void {
    const list = this.lists.listOf(place)
    this.lists.remove(place)
    if (this.lists.count > 1 && this.lists.length(list) < shortList * this.#mostListRows) this.#balance.dissolve(list)
  }

  /** Compares the lists next to what was asked, until there are enough rows. */
  #compare(wanted: number): void {
    const rows = Math.max(leastCompared, wanted, comparedRows * Math.sqrt(wanted * this.#size))
    const all = this.lists.count
    // Twice as many lists as would do if they were of one length; all of them, from the start, where those are short.
    for (let most = Math.min(all, Math.ceil((2 * rows * all) / this.#size)); ; most = all) {
      let compared = 0
      const nearest = this.#centroids.nearest(most)
      this.#scan.begin(wanted)
      for (let at = 0; at < most && compared < rows; at++) {
        this.lists.scan(nearest[at]!, this.#scan)
        compared += this.lists.length(nearest[at]!)
      }
      if (compared >= rows || most === all) return
    }
  }
}
