/** Lets one of many processes at a time do something. */
export interface Exclusive {
  /**
   * Waits until nobody else holds the name, and holds it until it is disposed of. Whoever has died lets go after a while.
   * Resolves after `mostMs` in any case, then with undefined; so it does where nobody can be asked.
   */
  hold(name: string, mostMs: number): Promise<AsyncDisposable | undefined>
}
