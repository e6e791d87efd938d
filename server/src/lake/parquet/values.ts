/** Values of one type, one after the other, as Parquet's plain encoding has them (https://parquet.apache.org/docs/file-format/data-pages/encodings/). */
export abstract class Values<Value> {
  abstract push(value: Value): void

  pushAll(values: readonly Value[]): void {
    for (let at = 0; at < values.length; at++) this.push(values[at]!)
  }

  /** Of what was pushed. */
  abstract readonly byteLength: number
  abstract bytes(): Uint8Array
  abstract clear(): void
}

type Words = Int32Array | Float32Array | Float64Array

/** Processors that Node runs on have the lowest byte first, as Parquet has it. */
export class Numbers extends Values<number> {
  protected items: Words
  protected length = 0

  constructor(Items: new (length: number) => Words) {
    super()
    this.items = new Items(256)
  }

  push(value: number): void {
    this.reserve(1)
    this.items[this.length++] = value
  }

  get byteLength(): number {
    return this.length * this.items.BYTES_PER_ELEMENT
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.items.buffer, 0, this.byteLength)
  }

  clear(): void {
    this.length = 0
  }

  protected reserve(count: number): void {
    const length = this.length + count
    if (length <= this.items.length) return
    const grown = new (this.items.constructor as new (length: number) => Words)(Math.max(length, 2 * this.items.length))
    grown.set(this.items)
    this.items = grown
  }
}

/** Whole numbers that a `number` holds exactly, as halves: a `BigInt64Array` takes bigints only, which cost more than all the rest. */
export class Int64s extends Numbers {
  constructor() {
    super(Int32Array)
  }

  override push(value: number): void {
    this.pushAll([value])
  }

  /** Lists of these are most of what is written. */
  override pushAll(values: readonly number[]): void {
    this.reserve(2 * values.length)
    const { items } = this
    let at = this.length
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      items[at++] = value | 0
      items[at++] = (value | 0) === value ? value >> 31 : Math.floor(value / 2 ** 32)
    }
    this.length = at
  }
}

export class Booleans extends Values<boolean> {
  #values: boolean[] = []

  push(value: boolean): void {
    this.#values.push(value)
  }

  get byteLength(): number {
    return Math.ceil(this.#values.length / 8)
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.byteLength)
    for (const [at, value] of this.#values.entries()) if (value) bytes[at >> 3]! |= 1 << (at & 7)
    return bytes
  }

  clear(): void {
    this.#values = []
  }
}

/** Texts and bytes, each after its length in four bytes. */
export class ByteArrays extends Values<string | Uint8Array> {
  #buffer = Buffer.allocUnsafeSlow(1_024)
  byteLength = 0

  push(value: string | Uint8Array): void {
    // A character takes at most three bytes.
    this.#reserve(4 + (typeof value === 'string' ? 3 * value.length : value.byteLength))
    const from = this.byteLength + 4
    if (typeof value !== 'string') this.#buffer.set(value, from)
    const length = typeof value === 'string' ? this.#buffer.write(value, from) : value.byteLength
    this.#buffer.writeUInt32LE(length, this.byteLength)
    this.byteLength = from + length
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.byteLength)
  }

  clear(): void {
    this.byteLength = 0
  }

  #reserve(count: number): void {
    const needed = this.byteLength + count
    if (needed <= this.#buffer.byteLength) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.byteLength))
    grown.set(this.bytes())
    this.#buffer = grown
  }
}
