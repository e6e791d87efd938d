import type { TileCells, TileShape } from './tile-shape.ts'

/** No row: the end of a list. */
export const none = -1

/** Rows come in chunks of so many, so that growing copies nothing. */
const chunkBits = 12
const chunkMask = 2 ** chunkBits - 1
/** Cells of a row before those of its tile: its stamp and the next row. */
const before = 2

/** Rows of tiles of one shape, in lists of one entity each, newest stamp first: 8 bytes a number. */
export class TileRows {
  readonly shape: TileShape
  readonly bytesEach: number
  /** Rows in use. */
  count = 0
  readonly #stride: number
  readonly #chunks: Float64Array[] = []
  /** Ids of rows that `latest` is from, row by row. */
  readonly #ids: string[] = []
  readonly #into: TileCells
  readonly #from: TileCells
  #free = none

  constructor(shape: TileShape) {
    this.shape = shape
    this.#stride = before + shape.cells
    this.bytesEach = this.#stride * 8
    this.#into = { cells: new Float64Array(), at: 0, ids: this.#ids, idsAt: 0 }
    this.#from = { ...this.#into }
  }

  stamp(row: number): number {
    return this.#chunks[row >>> chunkBits]![(row & chunkMask) * this.#stride]!
  }

  /** The next older row, or `none`. */
  next(row: number): number {
    return this.#chunks[row >>> chunkBits]![(row & chunkMask) * this.#stride + 1]!
  }

  /** What a row holds, to be read before anything else is asked. */
  tile(row: number): TileCells {
    return this.#point(this.#from, row)
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

  /** Brings the rows of a list to where they belong by now; the row with which it begins then. */
  fold(head: number, levels: { belongs(stamp: number): number }): number {
    // Mostly there is nothing to do.
    let settled = head
    while (settled !== none && levels.belongs(this.stamp(settled)) === this.stamp(settled)) settled = this.next(settled)
    if (settled === none) return head
    let first = none
    let last = none
    for (let row = head; row !== none; ) {
      const next = this.next(row)
      const stamp = levels.belongs(this.stamp(row))
      if (last !== none && this.stamp(last) === stamp) {
        this.shape.merge(this.#point(this.#into, last), this.tile(row))
        this.#release(row)
      } else if (Number.isNaN(stamp)) this.#release(row)
      else {
        this.#set(row, 0, stamp)
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

  #take(stamp: number, next: number): number {
    let row = this.#free
    if (row !== none) this.#free = this.next(row)
    else {
      row = this.count
      if (row >>> chunkBits === this.#chunks.length) this.#chunks.push(new Float64Array((chunkMask + 1) * this.#stride))
    }
    this.count++
    this.#set(row, 0, stamp)
    this.#setNext(row, next)
    return row
  }

  #release(row: number): void {
    this.#setNext(row, this.#free)
    this.#free = row
    this.count--
  }

  #setNext(row: number, next: number): void {
    this.#set(row, 1, next)
  }

  #set(row: number, cell: number, value: number): void {
    this.#chunks[row >>> chunkBits]![(row & chunkMask) * this.#stride + cell] = value
  }

  #point(tile: TileCells, row: number): TileCells {
    tile.cells = this.#chunks[row >>> chunkBits]!
    tile.at = (row & chunkMask) * this.#stride + before
    tile.idsAt = row * this.shape.latest.length
    return tile
  }
}
