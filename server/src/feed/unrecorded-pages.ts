import QuickLRU from 'quick-lru'

const people = 10_000

/**
 * What is shown and not in the log: on its way there, or shown while the log could not be written. Seen all the same, for
 * as long as this process lives. Bounded; the people who came first are forgotten first.
 */
export class UnrecordedPages {
  readonly #byPerson = new QuickLRU<string, Set<number>>({ maxSize: people })

  add(person: string, slots: Iterable<number>): void {
    const seen = this.#byPerson.get(person) ?? new Set()
    for (const slot of slots) seen.add(slot)
    this.#byPerson.set(person, seen)
  }

  /** They are in the log now, and so in the person's state. */
  recorded(person: string, slots: Iterable<number>): void {
    const seen = this.#byPerson.get(person)
    if (seen === undefined) return
    for (const slot of slots) seen.delete(slot)
    if (seen.size === 0) this.#byPerson.delete(person)
  }

  has(person: string, slot: number): boolean {
    return this.#byPerson.size > 0 && this.#byPerson.get(person)?.has(slot) === true
  }
}
