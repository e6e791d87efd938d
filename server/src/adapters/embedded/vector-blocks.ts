/** What threads pass to each other to read the same vectors. */
export interface SharedVectors {
  readonly width: number
  readonly memory: WebAssembly.Memory
  /** uint32 an item: its place and 1, or 0. */
  readonly places: SharedArrayBuffer
}

/** Rows of a block: their numbers, one row after the other, then their scales (float32), then their items (uint32). */
export const blockRows = 64
const rowBits = Math.log2(blockRows)
const rowMask = blockRows - 1

/** What lies before the blocks is for a search's query and what it finds. Of addresses that are not used, no memory is taken. */
export const blocksAt = 2 ** 25
const pageBytes = 65_536
const lineBytes = 64
const widest = 16_384
/** 4 GiB, as far as addresses of 32 bits reach. */
const mostBytes = 2 ** 32

// Growing moves nothing, but each thread has to look again.
const grownBytes = 2 ** 22
const grownItems = 65_536

/** A row is int8, and zeros up to a multiple of 8 bytes. */
const strideOf = (width: number) => Math.ceil(width / 8) * 8
const blockBytesOf = (width: number) => blockRows * (strideOf(width) + 8)

/** The rows that there is room for when a quarter of the blocks' rows are free. */
export function mostRows(width: number): number {
  return Math.floor((0.75 * blockRows * (mostBytes - blocksAt)) / blockBytesOf(width))
}

/** Reserves addresses; memory is taken as vectors come. */
export function newSharedVectors(width: number, mostItems: number): SharedVectors {
  if (width > widest) throw new RangeError(`vectors of ${width} numbers are wider than ${widest}`)
  return {
    width,
    memory: new WebAssembly.Memory({ initial: blocksAt / pageBytes, maximum: mostBytes / pageBytes, shared: true }),
    places: new SharedArrayBuffer(0, { maxByteLength: mostItems * 4 }),
  }
}

/**
 * Directions of items, which several threads read while one writes and moves them: who has read a row that has moved
 * meanwhile reads it again. A direction is stretched until its largest number is 127; its scale brings it back to a length of 1.
 */
export class VectorBlocks {
  readonly width: number
  /** Bytes of a row. */
  readonly stride: number
  readonly memory: WebAssembly.Memory
  readonly #blockBytes: number
  readonly #sharedPlaces: SharedArrayBuffer
  // Views of a fixed length: those that follow a buffer's growth are read 15 times as slowly.
  #places: Uint32Array = new Uint32Array()
  #numbers: Int8Array = new Int8Array()
  #scales: Float32Array = new Float32Array()
  #items: Uint32Array = new Uint32Array()

  constructor({ memory, places, width }: SharedVectors) {
    this.width = width
    this.stride = strideOf(width)
    this.memory = memory
    this.#blockBytes = blockBytesOf(width)
    this.#sharedPlaces = places
    this.#seeItems()
    this.#seeBlocks()
  }

  has(item: number): boolean {
    return this.place(item) >= 0
  }

  copy(item: number, into: Float32Array): boolean {
    for (;;) {
      const place = this.place(item)
      if (place < 0) return false
      this.read(place, into)
      if (this.isAt(item, place)) return true
    }
  }

  /** Where the item's row is: its block times `blockRows`, and its number in the block; or -1. */
  place(item: number): number {
    if (item >= this.#places.length && item >= this.#seeItems()) return -1
    const place = this.#places[item]! - 1
    return place < 0 || this.#sees(place) ? place : -1
  }

  /** Whether the item's row is still there. */
  isAt(item: number, place: number): boolean {
    return Atomics.load(this.#places, item) === place + 1
  }

  item(place: number): number {
    return this.#items[this.#scaleOf(place) + blockRows]!
  }

  scale(place: number): number {
    return this.#scales[this.#scaleOf(place)]!
  }

  /** The address of a row. */
  rowAt(place: number): number {
    return this.blockAt(place >>> rowBits) + (place & rowMask) * this.stride
  }

  /** The address of a block. */
  blockAt(block: number): number {
    return blocksAt + block * this.#blockBytes
  }

  /** Reads a number of each cache line of what is known of an item: of many items the processor waits for many at once. */
  touch(item: number): number {
    const place = this.place(item)
    if (place < 0) return 0
    const from = this.rowAt(place)
    let sum = this.scale(place)
    for (let at = from; at < from + this.stride; at += lineBytes) sum += this.#numbers[at]!
    return sum
  }

  /** The numbers of a row as they are kept. */
  row(place: number): Int8Array {
    const at = this.rowAt(place)
    return this.#numbers.subarray(at, at + this.width)
  }

  /** Writes a row's direction, of length 1. */
  read(place: number, into: Float32Array): void {
    const [at, scale] = [this.rowAt(place), this.scale(place)]
    for (let column = 0; column < this.width; column++) into[column] = this.#numbers[at + column]! * scale
  }

  /** Makes room for blocks below `count`. For the thread that writes, as all that follows. */
  reserve(count: number): void {
    const missing = this.blockAt(count) - this.#numbers.length
    if (missing <= 0) return
    const left = mostBytes - this.#numbers.length
    if (missing > left) throw new RangeError(`there is no room for ${count} blocks of vectors`)
    this.memory.grow(Math.min(left, Math.ceil(missing / grownBytes) * grownBytes) / pageBytes)
    this.#seeBlocks()
  }

  write(place: number, vector: Float32Array): void {
    quantise(vector, this.row(place))
    this.rescale(place)
  }

  /** Finds the scale of a row whose numbers are there. */
  rescale(place: number): void {
    let squares = 0
    for (const number of this.row(place)) squares += number ** 2
    this.#scales[this.#scaleOf(place)] = squares === 0 ? 0 : 1 / Math.sqrt(squares)
  }

  /** Copies a row's numbers and scale. */
  copyRow(from: number, to: number): void {
    const at = this.rowAt(from)
    this.#numbers.copyWithin(this.rowAt(to), at, at + this.stride)
    this.#scales[this.#scaleOf(to)] = this.scale(from)
  }

  /** Says that an item's vector is in this row. */
  assign(item: number, place: number): void {
    this.#items[this.#scaleOf(place) + blockRows] = item
    if (item >= this.#places.length && item >= this.#seeItems()) {
      const bytes = Math.ceil((item + 1) / grownItems) * grownItems * 4
      this.#sharedPlaces.grow(Math.min(bytes, this.#sharedPlaces.maxByteLength))
      this.#seeItems()
    }
    Atomics.store(this.#places, item, place + 1)
  }

  /** Says that an item has no vector any more. */
  forget(item: number): void {
    Atomics.store(this.#places, item, 0)
  }

  #scaleOf(place: number): number {
    return (this.blockAt(place >>> rowBits) + blockRows * this.stride) / 4 + (place & rowMask)
  }

  #sees(place: number): boolean {
    const end = this.blockAt((place >>> rowBits) + 1)
    if (end > this.#numbers.length) this.#seeBlocks()
    return end <= this.#numbers.length
  }

  #seeBlocks(): void {
    const { buffer } = this.memory
    this.#numbers = new Int8Array(buffer)
    this.#scales = new Float32Array(buffer)
    this.#items = new Uint32Array(buffer)
  }

  /** How many items there is room for now. */
  #seeItems(): number {
    const known = this.#sharedPlaces.byteLength / 4
    if (known > this.#places.length) this.#places = new Uint32Array(this.#sharedPlaces, 0, known)
    return known
  }
}

/** Stretches a vector until its largest number is 127, and rounds: the finest that 8 bits allow a direction. */
function quantise(vector: Float32Array, into: Int8Array): void {
  let largest = 0
  for (let at = 0; at < into.length; at++) largest = Math.max(largest, Math.abs(vector[at]!))
  const stretch = largest === 0 ? 0 : 127 / largest
  for (let at = 0; at < into.length; at++) into[at] = Math.round(vector[at]! * stretch)
}
