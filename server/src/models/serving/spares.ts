/** Memory that one request after another works in. After a failure something may still read it: then it is not given back. */
export class Spares<Memory> {
  readonly #make: () => Memory
  readonly #idle: Memory[] = []

  constructor(make: () => Memory) {
    this.#make = make
  }

  async with<Result>(use: (memory: Memory) => Promise<Result>): Promise<Result> {
    const memory = this.take()
    const result = await use(memory)
    this.giveBack(memory)
    return result
  }

  take(): Memory {
    return this.#idle.pop() ?? this.#make()
  }

  giveBack(memory: Memory): void {
    this.#idle.push(memory)
  }
}
