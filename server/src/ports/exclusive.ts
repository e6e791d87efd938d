/** Lets one of many processes at a time do something. */
export interface Exclusive {
  /**
   * Waits until nobody else holds the name, and holds it until it is disposed of. Whoever has died lets go after a while.
   * Resolves after `mostMs` in any case, then with undefined; so it does where nobody can be asked. Of a name that is about a
   * person, a read of them that was begun after it, and before it resolved, has all that the holder before has changed, unless
   * it had to wait.
   */
  hold(name: string, mostMs: number, person?: string): Promise<Held | undefined>
}

export interface Held extends AsyncDisposable {
  /** Whether somebody else held it first. */
  readonly hasWaited: boolean
}
