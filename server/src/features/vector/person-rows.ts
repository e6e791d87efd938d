import type { CountedReader } from './counted.ts'

/** What is counted of one person and something of which there are few on a page, such as a category: each is merged once a page. */
export class PersonRows {
  readonly width: number
  readonly #readers: readonly CountedReader[]
  readonly #partOf: (number: number) => string | number
  /** Where the row of a number begins in `#rows`. */
  readonly #at = new Map<number, number>()
  #rows = new Float32Array(1_024)
  #end = 0

  /** `partOf` names the second part of the key by its number. */
  constructor(readers: readonly CountedReader[], partOf: (number: number) => string | number) {
    this.#readers = readers
    this.#partOf = partOf
    this.width = readers.reduce((sum, { width }) => sum + width, 0)
  }

  clear(): void {
    this.#at.clear()
    this.#end = 0
  }

  /** Writes the row. */
  copy(person: string, number: number, nowMs: number, into: Float32Array, at: number): void {
    const from = this.#at.get(number) ?? this.#read(person, number, nowMs)
    for (let place = 0; place < this.width; place++) into[at + place] = this.#rows[from + place]!
  }

  /** Adds the row to what is there. */
  add(person: string, number: number, nowMs: number, into: Float32Array, at: number): void {
    const from = this.#at.get(number) ?? this.#read(person, number, nowMs)
    for (let place = 0; place < this.width; place++) into[at + place]! += this.#rows[from + place]!
  }

  #read(person: string, number: number, nowMs: number): number {
    const from = this.#end
    this.#end += this.width
    if (this.#end > this.#rows.length) {
      const larger = new Float32Array(2 * this.#rows.length)
      larger.set(this.#rows)
      this.#rows = larger
    }
    let at = from
    for (const counted of this.#readers) {
      counted.read(counted.reader.find(person, this.#partOf(number)), nowMs, this.#rows, at)
      at += counted.width
    }
    this.#at.set(number, from)
    return from
  }
}
