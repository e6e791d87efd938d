import QuickLRU from 'quick-lru'

const people = 10_000

/**
 * What was shown while the log could not be written: seen all the same, for as long as this process lives. Bounded;
 * the people who came first are forgotten first.
 */
export class UnrecordedPages {
  readonly #byPerson = new QuickLRU<string, Set<number>>({ maxSize: people })

  add(person: string, slots: Iterable<number>): void {
    const seen = this.#byPerson.get(person) ?? new Set()
    for (const slot of slots) seen.add(slot)
    this.#byPerson.set(person, seen)
  }

  has(person: string, slot: number): boolean {
    return this.#byPerson.size > 0 && this.#byPerson.get(person)?.has(slot) === true
  }
}
