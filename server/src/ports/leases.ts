/** Of many processes, one at a time does something; another takes it over when that one ends or dies. */
export interface Leases {
  /**
   * Waits until nobody else holds the name, then works. The signal that `work` gets aborts with `signal`, and where the name
   * could not be held on to; then it waits for the name again. Resolves when the work is done or `signal` has aborted, and
   * rejects with what `work` rejects with. A process that stood still for seconds may go on beside its successor for a
   * moment: what must not be done twice needs a guard of its own.
   */
  whileHeld(name: string, work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>
}
