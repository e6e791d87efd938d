/** The halves of a 64-bit hash, each an unsigned 32-bit integer. */
export interface Hash64 {
  readonly high: number
  readonly low: number
}

/**
 * A 64-bit hash of a string's UTF-16 code units: cyrb53 by bryc (public domain) without its final cut to 53 bits.
 * Fast and well mixed; not for secrets.
 */
export function hash64(text: string, seed = 0): Hash64 {
  let low = 0xdeadbeef ^ seed
  let high = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    low = Math.imul(low ^ unit, 2_654_435_761)
    high = Math.imul(high ^ unit, 1_597_334_677)
  }
  return mixed(high, low)
}

/** `hash64` of the texts that it is given, as if they were one, which need not be made. */
export class TextHash {
  #low = 0
  #high = 0

  begin(): this {
    this.#low = 0xdeadbeef
    this.#high = 0x41c6ce57
    return this
  }

  add(text: string): this {
    let low = this.#low
    let high = this.#high
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      low = Math.imul(low ^ unit, 2_654_435_761)
      high = Math.imul(high ^ unit, 1_597_334_677)
    }
    this.#low = low
    this.#high = high
    return this
  }

  end(): Hash64 {
    return mixed(this.#high, this.#low)
  }
}

function mixed(high: number, low: number): Hash64 {
  const mixedLow = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(mixedLow ^ (mixedLow >>> 13), 3_266_489_909)
  return { high: mixedHigh >>> 0, low: mixedLow >>> 0 }
}

/** 32 well-mixed bits of an integer (Prospector's low-bias hash, Chris Wellons). */
export function mix32(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}
