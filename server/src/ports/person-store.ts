import type { PersonState, VideoNumbers } from '../people/person-state.ts'

/** What a change gives, made ahead to a state that `read` has given. */
export interface Ahead<Result> {
  readonly state: PersonState
  readonly result: Result
}

/** What is known of each person. An adapter that has it at hand answers at once, others with a promise. */
export interface PersonStore {
  /**
   * The person as of everything applied; somebody unknown is empty. Not to be changed, unless the store is shared: then it is
   * a copy. Where `isHurried`, a page waits for it, and it is told sooner that the store is slow.
   */
  read(person: string, isHurried?: boolean): PersonState | Promise<PersonState>
  /**
   * Changes a person by a function of their state alone, in the order of the calls. It is in force for every read that
   * begins once it has resolved. `videos` numbers the videos of this state, which are not slots where the store is shared.
   * Where others change the same person meanwhile the function is called again, with the state as they left it. A
   * failure that can be retried leaves open whether it was applied. A shared store may keep the state of `ahead` instead,
   * to which the same has been done, where nobody has changed the person since it was read.
   */
  change<Result>(
    person: string,
    apply: (state: PersonState, videos: VideoNumbers) => Result,
    ahead?: Ahead<Result>,
  ): Result | Promise<Result>
  /** How many people are known, about. */
  readonly count: number | Promise<number>
}
