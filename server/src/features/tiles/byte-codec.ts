/** Writes what is mostly small: integers from 0 to 2^53 in 7 bits a byte, texts, and blocks of bytes. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(1_024)
  #length = 0

  get length(): number {
    return this.#length
  }

  integer(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 2 ** 31) {
      this.#bytes[this.#length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value)
    this.integer(bytes)
    this.#reserve(bytes)
    this.#length += this.#bytes.write(value, this.#length)
  }

  /** Writes as a block what another has written, which is as new then. */
  block(other: ByteWriter): void {
    this.integer(other.#length)
    this.append(other)
  }

  /** The same without its length. */
  append(other: ByteWriter): void {
    this.#reserve(other.#length)
    other.#bytes.copy(this.#bytes, this.#length, 0, other.#length)
    this.#length += other.#length
    other.#length = 0
  }

  /** A copy of what was written; the writer is as new. */
  finish(): Uint8Array {
    const written = new Uint8Array(this.#length)
    this.#bytes.copy(written, 0, 0, this.#length)
    this.#length = 0
    return written
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#length + bytes, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  integer(): number {
    let value = 0
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#bytes[this.#at++]!
      if (byte < 128) return value + byte * unit
      value += (byte - 128) * unit
    }
  }

  text(): string {
    const end = this.integer() + this.#at
    const value = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end
    return value
  }

  /** A view of the bytes, not a copy. */
  block(): Uint8Array {
    const end = this.integer() + this.#at
    const value = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return value
  }
}
