import { nextCapacity, resized } from '../../catalog/id-table.ts'
import { mix32 } from '../../hash.ts'
import { none } from './tile-rows.ts'

/** Dense numbers for pairs of an owner and what is told apart within it, such as a person and a category; all of an owner go together. */
export class SubEntities {
  readonly #release: (sub: number) => void
  #owner = new Int32Array(64)
  #sub = new Int32Array(64)
  /** The owner's next pair; of a free number the next free one. */
  #next = new Int32Array(64)
  #first = new Int32Array(64).fill(none)
  /** Numbers by hash of the pair, with linear probing. */
  #table = new Int32Array(128).fill(none)
  #count = 0
  #end = 0
  #free = none

  /** `release` is told of a sub that one pair less has. */
  constructor(release: (sub: number) => void) {
    this.#release = release
  }

  find(owner: number, sub: number): number {
    const mask = this.#table.length - 1
    for (let at = hashOf(owner, sub) & mask; ; at = (at + 1) & mask) {
      const number = this.#table[at]!
      if (number === none || (this.#owner[number] === owner && this.#sub[number] === sub)) return number
    }
  }

  /** Gives a number to a pair that has none. */
  add(owner: number, sub: number): number {
    if ((this.#count + 1) * 10 > this.#table.length * 7) this.#grow()
    const number = this.#take()
    this.#owner[number] = owner
    this.#sub[number] = sub
    if (owner >= this.#first.length) {
      const { length } = this.#first
      this.#first = resized(this.#first, Math.max(owner + 1, nextCapacity(length))).fill(none, length)
    }
    this.#next[number] = this.#first[owner]!
    this.#first[owner] = number
    this.#insert(number)
    this.#count++
    return number
  }

  owner(number: number): number {
    return this.#owner[number]!
  }

  sub(number: number): number {
    return this.#sub[number]!
  }

  /** The owner's pairs, one after the other: `first`, then `next`, until `none`. */
  first(owner: number): number {
    return this.#first[owner] ?? none
  }

  next(number: number): number {
    return this.#next[number]!
  }

  removeAll(owner: number): void {
    for (let number = this.first(owner); number !== none; ) {
      const next = this.#next[number]!
      this.#delete(number)
      this.#release(this.#sub[number]!)
      this.#next[number] = this.#free
      this.#free = number
      this.#count--
      number = next
    }
    if (owner < this.#first.length) this.#first[owner] = none
  }

  #take(): number {
    const free = this.#free
    if (free !== none) {
      this.#free = this.#next[free]!
      return free
    }
    if (this.#end === this.#owner.length) {
      const capacity = nextCapacity(this.#end)
      this.#owner = resized(this.#owner, capacity)
      this.#sub = resized(this.#sub, capacity)
      this.#next = resized(this.#next, capacity)
    }
    return this.#end++
  }

  #home(number: number): number {
    return hashOf(this.#owner[number]!, this.#sub[number]!) & (this.#table.length - 1)
  }

  #insert(number: number): void {
    const mask = this.#table.length - 1
    let at = this.#home(number)
    while (this.#table[at] !== none) at = (at + 1) & mask
    this.#table[at] = number
  }

  /** Closes the gap, so that whoever probes need not look beyond one (Knuth, TAOCP 3, algorithm 6.4R). */
  #delete(number: number): void {
    const mask = this.#table.length - 1
    let gap = this.#home(number)
    while (this.#table[gap] !== number) gap = (gap + 1) & mask
    for (let at = (gap + 1) & mask; this.#table[at] !== none; at = (at + 1) & mask) {
      const distance = (at - this.#home(this.#table[at]!)) & mask
      if (distance < ((at - gap) & mask)) continue
      this.#table[gap] = this.#table[at]!
      gap = at
    }
    this.#table[gap] = none
  }

  #grow(): void {
    const numbers = this.#table.filter((number) => number !== none)
    this.#table = new Int32Array(this.#table.length * 2).fill(none)
    for (const number of numbers) this.#insert(number)
  }
}

const hashOf = (owner: number, sub: number): number => mix32(Math.imul(owner, 0x9e3779b1) ^ sub)
