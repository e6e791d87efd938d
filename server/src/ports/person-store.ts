import type { PersonState } from '../people/person-state.ts'

/** What is known of each person. An adapter that has it at hand answers at once, others with a promise. */
export interface PersonStore {
  /** The person as of everything applied; somebody unknown is empty. Not to be changed. */
  read(person: string): PersonState | Promise<PersonState>
  /** Changes a person by a function of their state alone, in the order of the calls. */
  change<Result>(person: string, apply: (state: PersonState) => Result): Result | Promise<Result>
  /** How many people are known. */
  readonly count: number
}
