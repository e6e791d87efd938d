import { type Levels, never, nowhere } from './levels.ts'
import { addSums, type TileCells, type TileShape } from './tile-shape.ts'

/** No row: the end of a list. */
export const none = -1

/** What `put` returns where the row held just that. */
export const unchanged = -2

/** Rows come in chunks of so many, so that growing copies nothing. */
const chunkBits = 12
const chunkMask = 2 ** chunkBits - 1

/** Rows of tiles of one shape, in lists of one entity each, newest stamp first: 8 bytes a number, and 8 for stamp and next row. */
export class TileRows {
  readonly shape: TileShape
  readonly bytesEach: number
  /** Rows in use. */
  count = 0
  readonly #width: number
  /** Stamp and next row, row by row. */
  readonly #links: Int32Array[] = []
  readonly #cells: Float64Array[] = []
  /** Ids of rows that `latest` is from, row by row. */
  readonly #ids: string[] = []
  readonly #into: TileCells
  readonly #from: TileCells
  #free = none

  constructor(shape: TileShape) {
    this.shape = shape
    this.#width = shape.cells
    this.bytesEach = 8 + this.#width * 8
    this.#into = { cells: new Float64Array(), at: 0, ids: this.#ids, idsAt: 0 }
    this.#from = { ...this.#into }
  }

  stamp(row: number): number {
    return this.#links[row >>> chunkBits]![(row & chunkMask) << 1]!
  }

  /** The next older row, or `none`. */
  next(row: number): number {
    return this.#links[row >>> chunkBits]![((row & chunkMask) << 1) + 1]!
  }

  /** What a row holds, to be read before anything else is asked. */
  tile(row: number): TileCells {
    return this.#point(this.#from, row)
  }

  /** Adds a row of sums to numbers from `at` on. Throws `CellOverflow`. */
  addTo(into: Float64Array, at: number, row: number): void {
    const cells = this.#cells[row >>> chunkBits]!
    addSums(into, at, cells, (row & chunkMask) * this.#width, this.#width)
  }

  /** Adds to the list that begins with `head`; the row with which it begins then. Throws `CellOverflow`. */
  add(head: number, stamp: number, tile: TileCells): number {
    let newer = none
    let row = head
    while (row !== none && this.stamp(row) > stamp) {
      newer = row
      row = this.next(row)
    }
    if (row !== none && this.stamp(row) === stamp) {
      this.shape.merge(this.#point(this.#into, row), tile)
      return head
    }
    const added = this.#take(stamp, row)
    this.shape.copy(this.#point(this.#into, added), tile)
    if (newer === none) return added
    this.#setNext(newer, added)
    return head
  }

  /** As `add`, but the tile takes the place of what the row held; `unchanged` if it is the same. */
  put(head: number, stamp: number, tile: TileCells): number {
    const row = this.#find(head, stamp)
    if (row === none) return this.add(head, stamp, tile)
    const into = this.#point(this.#into, row)
    if (this.shape.isSame(into, tile)) return unchanged
    this.shape.copy(into, tile)
    return head
  }

  /** The minute from which on some row of a list is to be folded. */
  dueOf(head: number, levels: Levels): number {
    let due = never
    for (let row = head; row !== none; row = this.next(row)) due = Math.min(due, levels.dueOf(this.stamp(row)))
    return due
  }

  /** Brings the rows of a list to where they belong; the row with which it begins then. */
  fold(head: number, belongs: (stamp: number) => number): number {
    let first = none
    let last = none
    for (let row = head; row !== none; ) {
      const next = this.next(row)
      const stamp = belongs(this.stamp(row))
      if (last !== none && this.stamp(last) === stamp) {
        this.shape.merge(this.#point(this.#into, last), this.tile(row))
        this.#release(row)
      } else if (stamp === nowhere) this.#release(row)
      else {
        this.#setStamp(row, stamp)
        if (last === none) first = row
        else this.#setNext(last, row)
        last = row
      }
      row = next
    }
    if (last !== none) this.#setNext(last, none)
    return first
  }

  /** Lets go of a list. */
  drop(head: number): void {
    for (let row = head; row !== none; ) {
      const next = this.next(row)
      this.#release(row)
      row = next
    }
  }

  #find(head: number, stamp: number): number {
    let row = head
    while (row !== none && this.stamp(row) > stamp) row = this.next(row)
    return row !== none && this.stamp(row) === stamp ? row : none
  }

  #take(stamp: number, next: number): number {
    let row = this.#free
    if (row !== none) this.#free = this.next(row)
    else {
      row = this.count
      if (row >>> chunkBits === this.#links.length) {
        this.#links.push(new Int32Array((chunkMask + 1) * 2))
        this.#cells.push(new Float64Array((chunkMask + 1) * this.#width))
      }
    }
    this.count++
    this.#setStamp(row, stamp)
    this.#setNext(row, next)
    return row
  }

  #release(row: number): void {
    this.#setNext(row, this.#free)
    this.#free = row
    this.count--
  }

  #setStamp(row: number, stamp: number): void {
    this.#links[row >>> chunkBits]![(row & chunkMask) << 1] = stamp
  }

  #setNext(row: number, next: number): void {
    this.#links[row >>> chunkBits]![((row & chunkMask) << 1) + 1] = next
  }

  #point(tile: TileCells, row: number): TileCells {
    tile.cells = this.#cells[row >>> chunkBits]!
    tile.at = (row & chunkMask) * this.#width
    tile.idsAt = row * this.shape.latest.length
    return tile
  }
}
