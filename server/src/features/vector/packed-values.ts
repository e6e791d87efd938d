/** The most bytes of a value. */
const longest = 8

/** Lists of whole numbers as `repeated sint64` has them, in memory that is used again: some times as fast as one by one. */
export class PackedValues {
  #bytes = new Uint8Array()
  #end = 0

  /** Makes room for so many values in all; what was given before is overwritten. */
  clear(values: number): void {
    this.#end = 0
    if (this.#bytes.length < values * longest) this.#bytes = new Uint8Array(values * longest)
  }

  /** The bytes of some values, which hold until the next `clear`. */
  add(values: Float32Array | Float64Array, from: number, to: number): Uint8Array {
    const bytes = this.#bytes
    let end = this.#end
    for (let at = from; at < to; at++) {
      const value = values[at]!
      // Zigzag: the sign is the lowest bit, so that what is near 0 is short.
      const sign = value < 0 ? 1 : 0
      let rest = sign === 1 ? -1 - value : value
      let low = ((rest & 63) << 1) | sign
      for (rest = rest < 64 ? 0 : Math.floor(rest / 64); rest > 0; rest = Math.floor(rest / 128)) {
        bytes[end++] = low | 128
        low = rest & 127
      }
      bytes[end++] = low
    }
    const written = bytes.subarray(this.#end, end)
    this.#end = end
    return written
  }
}
