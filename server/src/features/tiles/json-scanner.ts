const [zero, nine, minus, quote, backslash] = [0x30, 0x39, 0x2d, 0x22, 0x5c]
const none = Buffer.from('null')

interface Member {
  /** All that stands before the value. */
  readonly before: Uint8Array
  readonly isText: boolean
}

/**
 * Reads JSON objects that have the same members in the same order and no spaces, as programs write them by the million, in
 * half of the time that `JSON.parse` and a look at each member take.
 */
export class JsonScanner {
  readonly #members: readonly Member[]
  readonly #end: Uint8Array
  #at = 0

  /** `first` begins each object, as it is; the members that follow are texts, or integers. Any may be null. */
  constructor(first: Readonly<Record<string, string | number>>, members: readonly { readonly name: string; readonly isText: boolean }[]) {
    const begin = JSON.stringify(first).slice(0, -1)
    this.#members = members.map(({ name, isText }, at) => ({
      before: Buffer.from(`${at === 0 ? begin : ''},${JSON.stringify(name)}:`),
      isText,
    }))
    this.#end = Buffer.from('}')
  }

  /** The values of members; undefined for what is not written so: texts with escapes, and integers beyond 2^53 - 1, too. */
  scan(bytes: Uint8Array): (string | number | null)[] | undefined {
    this.#at = 0
    const values: (string | number | null)[] = []
    for (const { before, isText } of this.#members) {
      if (!this.#skip(bytes, before)) return undefined
      const value = this.#skip(bytes, none) ? null : isText ? this.#text(bytes) : this.#integer(bytes)
      if (value === undefined) return undefined
      values.push(value)
    }
    return this.#skip(bytes, this.#end) && this.#at === bytes.length ? values : undefined
  }

  #skip(bytes: Uint8Array, expected: Uint8Array): boolean {
    const at = this.#at
    for (let n = 0; n < expected.length; n++) if (bytes[at + n] !== expected[n]) return false
    this.#at = at + expected.length
    return true
  }

  #text(bytes: Uint8Array): string | undefined {
    const from = this.#at + 1
    if (bytes[this.#at] !== quote) return undefined
    let at = from
    while (at < bytes.length && bytes[at] !== quote && bytes[at] !== backslash) at++
    if (bytes[at] !== quote) return undefined
    this.#at = at + 1
    return Buffer.from(bytes.buffer, bytes.byteOffset + from, at - from).toString()
  }

  #integer(bytes: Uint8Array): number | undefined {
    const isNegative = bytes[this.#at] === minus
    const from = this.#at + (isNegative ? 1 : 0)
    let at = from
    let value = 0
    for (let digit = bytes[at]!; digit >= zero && digit <= nine; digit = bytes[++at]!) value = value * 10 + (digit - zero)
    const hasLeadingZero = bytes[from] === zero && at > from + 1
    if (at === from || hasLeadingZero || value > Number.MAX_SAFE_INTEGER) return undefined
    this.#at = at
    return isNegative ? -value : value
  }
}
