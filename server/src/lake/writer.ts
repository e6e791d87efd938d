import type { Place, StoredRecord } from '../ports/event-log.ts'
import type { Reached } from '../ports/lake.ts'

/** What waits for a commit. */
export interface Staged {
  readonly records: number
  /** Of the records' values. */
  readonly bytes: number
}

/** How far the log is in the lake, as of one version of the manifest. */
export interface Committed {
  readonly version: number
  readonly reached: readonly Reached[]
}

/**
 * The writer of the lake, wherever it runs. Only the one that was opened last can commit. After a failure it is of no
 * more use: it is closed, and another is opened.
 */
export interface Writer {
  /** As of its opening. */
  readonly committed: Committed
  /** Takes records of one partition of one topic; those that were taken before are left out. */
  add(records: readonly StoredRecord[]): Promise<Staged>
  /** Commits what was added. */
  flush(): Promise<Committed>
  /** How far the log may be let go, where the state is saved up to some places: see `retention.ts`. */
  retainable(saved: readonly Place[], keepMs: number): Promise<readonly Place[]>
  /** Keeps the lake in order: few files of many, none that nobody needs. */
  tidy(): Promise<void>
  /** Lets go of what was not committed; may give up a commit that is under way. */
  close(): Promise<void>
}
