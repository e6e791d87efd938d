import type { StoredRecord, Topic } from './event-log.ts'

export interface Membership {
  /** The members of a group share the partitions of its topics among them. */
  readonly group: string
  readonly topics: readonly Topic[]
  /**
   * Is given the records of a partition in their order, one batch after the other, and of several partitions side by side.
   * What it did must last when its promise resolves: then their position is committed.
   */
  readonly apply: (records: readonly StoredRecord[]) => Promise<void>
}

/**
 * Shares the reading of the log among processes: each partition is read by one member of a group at a time, from the
 * position that the group has committed.
 */
export interface LogGroups {
  /**
   * Takes part until the signal aborts; resolves when the work in hand is done and committed. A partition is handed over in
   * the same way, so that no record is applied twice unless a member dies or is cut off: then those after the committed
   * position are applied again. Rejects with what `apply` rejects with; then its records come again, to whoever is left.
   */
  join(membership: Membership, signal: AbortSignal): Promise<void>
}
