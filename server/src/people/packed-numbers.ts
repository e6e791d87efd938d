// Numbers as protobuf packs them (https://protobuf.dev/programming-guides/encoding/#packed).

/** Writes columns of numbers, one after the other, into memory that it uses again. */
export class PackedWriter {
  #bytes = Buffer.allocUnsafe(16_384)
  #start = 0
  #end = 0

  /** What was taken before may be overwritten from here on. */
  clear(): void {
    this.#start = 0
    this.#end = 0
  }

  fixed32(number: number): void {
    this.#reserve(4)
    const bytes = this.#bytes
    // Byte by byte: what Buffer offers checks each number.
    bytes[this.#end++] = number & 255
    bytes[this.#end++] = (number >>> 8) & 255
    bytes[this.#end++] = (number >>> 16) & 255
    bytes[this.#end++] = number >>> 24
  }

  /** Below 2^53. */
  fixed64(number: number): void {
    this.fixed32(number % 2 ** 32)
    this.fixed32(Math.floor(number / 2 ** 32))
  }

  uint32(number: number): void {
    this.#reserve(5)
    let left = number >>> 0
    for (; left > 127; left >>>= 7) this.#bytes[this.#end++] = (left & 127) | 128
    this.#bytes[this.#end++] = left
  }

  sint32(number: number): void {
    this.uint32((number << 1) ^ (number >> 31))
  }

  /** The column that has been written since the last was taken. */
  take(): Buffer {
    const column = this.#bytes.subarray(this.#start, this.#end)
    this.#start = this.#end
    return column
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(this.#bytes.length * 2)
    this.#bytes.copy(larger, this.#start, this.#start, this.#end)
    this.#bytes = larger
  }
}

/** Reads one column. Throws a `RangeError` where it ends before its last number does. */
export class PackedReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  fixed32(): number {
    const bytes = this.#bytes
    const at = this.#at
    this.#at += 4
    if (this.#at > bytes.length) throw endsEarly()
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  }

  fixed64(): number {
    return this.fixed32() + this.fixed32() * 2 ** 32
  }

  uint32(): number {
    let number = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw endsEarly()
      number |= (byte & 127) << shift
      if (byte < 128) return number >>> 0
    }
  }

  sint32(): number {
    const number = this.uint32()
    return (number >>> 1) ^ -(number & 1)
  }
}

const endsEarly = () => new RangeError('The column ends within a number')
