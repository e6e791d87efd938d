import type { VectorReader } from '../../ports/vector-index.ts'

/** What threads pass to each other to read one table. */
export interface SharedTable {
  readonly width: number
  /** int8, `width` a row: directions, each stretched until its largest number is 127. */
  readonly vectors: SharedArrayBuffer
  /** float32 a row: what brings it back to a length of 1; 0 where no vector is. */
  readonly scales: SharedArrayBuffer
  /** uint32 an item: its row and 1, or 0. */
  readonly rows: SharedArrayBuffer
}

/** Reserves addresses for so many rows and items; memory is taken as they come. */
export function newSharedTable(width: number, most: number): SharedTable {
  const growable = (bytes: number) => new SharedArrayBuffer(0, { maxByteLength: most * bytes })
  return { width, vectors: growable(width), scales: growable(4), rows: growable(4) }
}

// Growing moves nothing, but each reader has to look again.
const growth = 65_536

/**
 * Directions of items, in memory that several threads read while one writes. Who reads a row while it is replaced may get
 * a mix of both vectors, once.
 */
export class VectorTable implements VectorReader {
  readonly width: number
  readonly #shared: SharedTable
  // Views of a fixed length: those that follow a buffer's growth are read 15 times as slowly.
  #vectors: Int8Array
  #scales: Float32Array
  #rows: Uint32Array

  constructor(shared: SharedTable) {
    this.#shared = shared
    this.width = shared.width
    this.#vectors = fixed(Int8Array, shared.vectors)
    this.#scales = fixed(Float32Array, shared.scales)
    this.#rows = fixed(Uint32Array, shared.rows)
  }

  has(item: number): boolean {
    return this.row(item) >= 0
  }

  copy(item: number, into: Float32Array): boolean {
    const row = this.row(item)
    if (row < 0) return false
    this.#see(row)
    const scale = this.#scales[row]!
    for (let at = 0; at < this.width; at++) into[at] = this.#vectors[row * this.width + at]! * scale
    return true
  }

  dot(query: Float32Array, item: number): number {
    const row = this.row(item)
    return row < 0 ? 0 : this.dotRow(query, row)
  }

  similarity(item: number, other: number): number {
    const [row, otherRow] = [this.row(item), this.row(other)]
    if (row < 0 || otherRow < 0) return 0
    this.#see(Math.max(row, otherRow))
    const [vectors, width] = [this.#vectors, this.width]
    let sum = 0
    for (let at = row * width, of = otherRow * width, end = at + width; at < end; at++, of++) sum += vectors[at]! * vectors[of]!
    return Math.min(1, Math.max(-1, sum * this.#scales[row]! * this.#scales[otherRow]!))
  }

  /** The item's row, or -1. */
  row(item: number): number {
    if (item >= this.#rows.length && item >= this.#seeItems()) return -1
    return this.#rows[item]! - 1
  }

  /** The dot product with a query of `width` numbers. */
  dotRow(query: Float32Array, row: number): number {
    this.#see(row)
    const [vectors, width] = [this.#vectors, this.width]
    let sum = 0
    for (let at = 0, of = row * width; at < width; at++, of++) sum += query[at]! * vectors[of]!
    return sum * this.#scales[row]!
  }

  /** The first `count` rows, from the start of their buffer. */
  firstRows(count: number): Int8Array {
    this.#see(count - 1)
    return new Int8Array(this.#shared.vectors, 0, count * this.width)
  }

  /** Makes room for rows below `count`, all zero. For the thread that writes. */
  reserve(count: number): void {
    if (count <= this.#scales.length) return
    const rows = Math.ceil(count / growth) * growth
    grow(this.#shared.vectors, rows * this.width)
    grow(this.#shared.scales, rows * 4)
    this.#see(rows - 1)
  }

  /** Puts a direction into a reserved row. For the thread that writes. */
  write(row: number, vector: Float32Array): void {
    quantise(vector, this.#vectors.subarray(row * this.width, (row + 1) * this.width))
    this.rescale(row)
  }

  /** Finds the scale of a row whose numbers are there. For the thread that writes. */
  rescale(row: number): void {
    let sum = 0
    for (let at = row * this.width, end = at + this.width; at < end; at++) sum += this.#vectors[at]! ** 2
    this.#scales[row] = sum === 0 ? 0 : 1 / Math.sqrt(sum)
  }

  /** Says that an item's vector is in this row, or with -1 that it has none. For the thread that writes. */
  assign(item: number, row: number): void {
    if (item >= this.#rows.length && item >= this.#seeItems()) {
      grow(this.#shared.rows, Math.ceil((item + 1) / growth) * growth * 4)
      this.#seeItems()
    }
    this.#rows[item] = row + 1
  }

  /** How many items there is room for now. */
  #seeItems(): number {
    const known = this.#shared.rows.byteLength / 4
    if (known > this.#rows.length) this.#rows = fixed(Uint32Array, this.#shared.rows)
    return known
  }

  #see(row: number): void {
    if (row < this.#scales.length) return
    this.#vectors = fixed(Int8Array, this.#shared.vectors)
    this.#scales = fixed(Float32Array, this.#shared.scales)
  }
}

/** Stretches a vector until its largest number is 127, and rounds: the finest that 8 bits allow a direction. */
export function quantise(vector: Float32Array, into: Int8Array): void {
  let largest = 0
  for (let at = 0; at < into.length; at++) largest = Math.max(largest, Math.abs(vector[at]!))
  const stretch = largest === 0 ? 0 : 127 / largest
  for (let at = 0; at < into.length; at++) into[at] = Math.round(vector[at]! * stretch)
}

function fixed<View>(view: new (buffer: SharedArrayBuffer, from: number, length: number) => View, buffer: SharedArrayBuffer): View {
  const { BYTES_PER_ELEMENT } = view as unknown as { BYTES_PER_ELEMENT: number }
  return new view(buffer, 0, buffer.byteLength / BYTES_PER_ELEMENT)
}

function grow(buffer: SharedArrayBuffer, bytes: number): void {
  buffer.grow(Math.min(bytes, buffer.maxByteLength))
}
