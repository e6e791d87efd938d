import { BinaryReader } from '@bufbuild/protobuf/wire'

/**
 * For messages with many texts: reads each at once, where the library lists its characters first, which is more garbage than
 * all else that it makes of them.
 */
export class MessageReader extends BinaryReader {
  readonly #bytes: Buffer

  constructor(bytes: Uint8Array) {
    super(bytes)
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** What is no UTF-8 is replaced, unless it is `strict`: then it throws. */
  override string(strict?: boolean): string {
    if (strict) return super.string(strict)
    const length = this.uint32()
    const start = this.pos
    this.pos += length
    if (this.pos > this.len) throw new RangeError('premature EOF')
    return this.#bytes.toString('utf8', start, this.pos)
  }
}
