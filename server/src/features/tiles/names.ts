/** Texts or integers as dense numbers, which are used again when nobody holds them any more. Ends at 16 million, as a `Map` does. */
export class Names<Value extends string | number = string | number> {
  readonly #numbers = new Map<Value, number>()
  readonly #values: (Value | undefined)[] = []
  readonly #holders: number[] = []
  readonly #free: number[] = []

  /** Numbers are below this. */
  get end(): number {
    return this.#values.length
  }

  get size(): number {
    return this.#numbers.size
  }

  /** -1 for one that has no number. */
  find(value: Value): number {
    return this.#numbers.get(value) ?? -1
  }

  /** The number of a value, given to it now if it has none. It stays until it was released as often as it was held, once at least. */
  intern(value: Value): number {
    const known = this.#numbers.get(value)
    if (known !== undefined) return known
    const number = this.#free.pop() ?? this.#values.length
    this.#values[number] = value
    this.#holders[number] = 0
    this.#numbers.set(value, number)
    return number
  }

  hold(number: number): void {
    this.#holders[number]!++
  }

  release(number: number): void {
    this.#holders[number]!--
    if (this.#holders[number]! > 0) return
    this.#numbers.delete(this.#values[number]!)
    this.#values[number] = undefined
    this.#free.push(number)
  }

  /** Undefined for a number that nobody has. */
  value(number: number): Value | undefined {
    return this.#values[number]
  }

  /** Makes it the last to come of `oldestFirst`. */
  renew(value: Value, number: number): void {
    this.#numbers.delete(value)
    this.#numbers.set(value, number)
  }

  /** Numbers by when their values were renewed or interned last. */
  oldestFirst(): IterableIterator<number> {
    return this.#numbers.values()
  }
}
