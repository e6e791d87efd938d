import { VireoError } from '../errors.ts'
import { hash64 } from '../hash.ts'

/**
 * Strings as dense numbers, from 0 in the order of arrival. About 30 bytes and the string's UTF-8 a piece; a `Map`
 * takes three times as much and ends at 16.7 million.
 */
export class IdTable {
  size = 0
  /** Halves of each id's 64-bit hash. Of two ids with the same hash the second is refused, so a hash stands for one id. */
  high = new Uint32Array(64)
  low = new Uint32Array(64)
  #ends = new Float64Array(64)
  #bytes = Buffer.alloc(1024)
  #table = new Int32Array(128).fill(-1)
  /** Found last: one record is looked at by several, each of whom asks for the same. */
  #last = { id: '', number: -1 }

  /** The number of an id, or -1. */
  find(id: string): number {
    const last = this.#last
    if (last.number >= 0 && last.id === id) return last.number
    const { high, low } = hash64(id)
    const number = this.findHash(high, low)
    if (number < 0 || !this.#is(number, id)) return -1
    last.id = id
    last.number = number
    return number
  }

  /** The number of the id with this hash, or -1. */
  findHash(high: number, low: number): number {
    const mask = this.#table.length - 1
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const number = this.#table[at]!
      if (number < 0 || (this.low[number] === low && this.high[number] === high)) return number
    }
  }

  /** Throws `ID_COLLISION` for an id that could not be interned. */
  check(field: string, id: string): void {
    const { high, low } = hash64(id)
    const known = this.findHash(high, low)
    if (known < 0 || this.#is(known, id)) return
    const message = `'${id}' has the same 64-bit hash as '${this.id(known)}': give it another id`
    throw new VireoError({ code: 'ID_COLLISION', field, message, fault: 'client', retryable: false })
  }

  /** The number of an id, given to it now if it is new. Throws `ID_COLLISION`. */
  intern(id: string): number {
    const { high, low } = hash64(id)
    const known = this.findHash(high, low)
    if (known >= 0) {
      if (!this.#is(known, id)) this.check('id', id)
      return known
    }
    const number = this.size++
    if (number === this.low.length) this.#growColumns()
    this.high[number] = high
    this.low[number] = low
    const start = this.#start(number)
    const length = Buffer.byteLength(id)
    if (start + length > this.#bytes.length) this.#bytes = enlarged(this.#bytes, start + length)
    this.#bytes.write(id, start)
    this.#ends[number] = start + length
    if (this.size * 10 > this.#table.length * 7) this.#rebuildTable()
    else this.#insert(number)
    return number
  }

  id(number: number): string {
    return this.#bytes.toString('utf8', this.#start(number), this.#ends[number])
  }

  /** Those of the numbers whose ids begin with some UTF-8, moved to the front of the same memory. */
  beginningWith(prefix: Uint8Array, numbers: Int32Array): Int32Array {
    const bytes = this.#bytes
    const ends = this.#ends
    let kept = 0
    for (let each = 0; each < numbers.length; each++) {
      const number = numbers[each]!
      const start = number === 0 ? 0 : ends[number - 1]!
      let at = 0
      while (at < prefix.length && bytes[start + at] === prefix[at]) at++
      if (at === prefix.length && start + at <= ends[number]!) numbers[kept++] = number
    }
    return numbers.subarray(0, kept)
  }

  /** Compares as most ids allow: those of ASCII letters need not be made a string. */
  #is(number: number, id: string): boolean {
    const bytes = this.#bytes
    const start = this.#start(number)
    if (this.#ends[number]! - start !== id.length) return this.id(number) === id
    for (let at = 0; at < id.length; at++) {
      const unit = id.charCodeAt(at)
      if (unit > 127) return this.id(number) === id
      if (bytes[start + at] !== unit) return false
    }
    return true
  }

  #start(number: number): number {
    return number === 0 ? 0 : this.#ends[number - 1]!
  }

  #insert(number: number): void {
    const mask = this.#table.length - 1
    let at = this.low[number]! & mask
    while (this.#table[at]! >= 0) at = (at + 1) & mask
    this.#table[at] = number
  }

  #rebuildTable(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(-1)
    for (let number = 0; number < this.size; number++) this.#insert(number)
  }

  #growColumns(): void {
    const capacity = nextCapacity(this.low.length)
    this.high = resized(this.high, capacity)
    this.low = resized(this.low, capacity)
    this.#ends = resized(this.#ends, capacity)
  }
}

function enlarged(bytes: Buffer, least: number): Buffer<ArrayBuffer> {
  const more = Buffer.alloc(Math.max(least, nextCapacity(bytes.length)))
  bytes.copy(more)
  return more
}

/** Doubles while small; then grows by a quarter, so that large tables waste little. */
export function nextCapacity(capacity: number): number {
  return capacity < 65_536 ? capacity * 2 : Math.ceil(capacity * 1.25)
}

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

/** A copy with room for `capacity` numbers. */
export function resized<A extends Numbers>(column: A, capacity: number): A {
  const larger = new (column.constructor as new (length: number) => A)(capacity)
  larger.set(column as never)
  return larger
}
