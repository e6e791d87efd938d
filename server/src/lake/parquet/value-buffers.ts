/** Values of one kind, one after the other, as Parquet's plain encoding has them. */
export interface ValueBuffer<Value> {
  push(value: Value): void
  /** The same for many, at the cost of one call. */
  pushAll(values: readonly Value[]): void
  /** Of what was pushed. */
  readonly byteLength: number
  bytes(): Uint8Array
  clear(): void
}

/** Grows by doubling. */
class Words<Array extends Int32Array | Float32Array | Float64Array> {
  items: Array
  length = 0
  readonly #make: (length: number) => Array

  constructor(make: (length: number) => Array) {
    this.#make = make
    this.items = make(256)
  }

  reserve(count: number): void {
    if (this.length + count <= this.items.length) return
    const grown = this.#make(Math.max(this.length + count, 2 * this.items.length))
    grown.set(this.items)
    this.items = grown
  }

  get byteLength(): number {
    return this.length * this.items.BYTES_PER_ELEMENT
  }

  /** Processors that Node runs on have the lowest byte first, as Parquet has it. */
  bytes(): Uint8Array {
    return new Uint8Array(this.items.buffer, 0, this.byteLength)
  }

  clear(): void {
    this.length = 0
  }
}

export class Int32Values extends Words<Int32Array> implements ValueBuffer<number> {
  constructor() {
    super((length) => new Int32Array(length))
  }

  push(value: number): void {
    this.reserve(1)
    this.items[this.length++] = value
  }

  pushAll(values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) this.push(values[i]!)
  }
}

/** Whole numbers that a `number` holds exactly. */
export class Int64Values extends Words<Int32Array> implements ValueBuffer<number> {
  constructor() {
    super((length) => new Int32Array(length))
  }

  push(value: number): void {
    this.reserve(2)
    const { items, length } = this
    items[length] = value | 0
    items[length + 1] = high(value)
    this.length = length + 2
  }

  pushAll(values: readonly number[]): void {
    this.reserve(2 * values.length)
    const { items } = this
    let at = this.length
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      items[at] = value | 0
      items[at + 1] = high(value)
      at += 2
    }
    this.length = at
  }
}

const high = (value: number) => ((value | 0) === value ? value >> 31 : Math.floor(value / 2 ** 32))

export class FloatValues extends Words<Float32Array> implements ValueBuffer<number> {
  constructor() {
    super((length) => new Float32Array(length))
  }

  push(value: number): void {
    this.reserve(1)
    this.items[this.length++] = value
  }

  pushAll(values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) this.push(values[i]!)
  }
}

export class DoubleValues extends Words<Float64Array> implements ValueBuffer<number> {
  constructor() {
    super((length) => new Float64Array(length))
  }

  push(value: number): void {
    this.reserve(1)
    this.items[this.length++] = value
  }

  pushAll(values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) this.push(values[i]!)
  }
}

export class BooleanValues implements ValueBuffer<boolean> {
  readonly #bytes: number[] = []
  #count = 0

  push(value: boolean): void {
    if (this.#count % 8 === 0) this.#bytes.push(0)
    if (value) this.#bytes[this.#bytes.length - 1]! |= 1 << (this.#count % 8)
    this.#count++
  }

  pushAll(values: readonly boolean[]): void {
    for (let i = 0; i < values.length; i++) this.push(values[i]!)
  }

  get byteLength(): number {
    return this.#bytes.length
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  clear(): void {
    this.#bytes.length = 0
    this.#count = 0
  }
}
