import type { ValueBuffer } from './value-buffers.ts'

/** A text of ASCII up to this long is copied by a loop, which is faster than a call. */
const mostByHand = 48

/** Each after its length in four bytes. */
export class ByteArrays implements ValueBuffer<string | Uint8Array> {
  #buffer = Buffer.allocUnsafeSlow(1_024)
  byteLength = 0

  push(value: string | Uint8Array): void {
    if (typeof value !== 'string') {
      this.#reserve(value.byteLength)
      this.#buffer.set(value, this.byteLength + 4)
      this.#end(value.byteLength)
      return
    }
    // A character takes at most three bytes.
    this.#reserve(3 * value.length)
    const from = this.byteLength + 4
    const ascii = value.length < mostByHand ? this.#ascii(value, from) : false
    this.#end(ascii ? value.length : this.#buffer.write(value, from))
  }

  pushAll(values: readonly (string | Uint8Array)[]): void {
    for (let i = 0; i < values.length; i++) this.push(values[i]!)
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.byteLength)
  }

  clear(): void {
    this.byteLength = 0
  }

  /** Whether all of it is. */
  #ascii(value: string, from: number): boolean {
    const buffer = this.#buffer
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) return false
      buffer[from + i] = code
    }
    return true
  }

  #end(length: number): void {
    const at = this.byteLength
    const buffer = this.#buffer
    buffer[at] = length
    buffer[at + 1] = length >> 8
    buffer[at + 2] = length >> 16
    buffer[at + 3] = length >> 24
    this.byteLength = at + 4 + length
  }

  #reserve(length: number): void {
    const needed = this.byteLength + 4 + length
    if (needed <= this.#buffer.byteLength) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.byteLength))
    grown.set(this.bytes())
    this.#buffer = grown
  }
}
