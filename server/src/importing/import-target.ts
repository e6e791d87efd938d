import type { Clock } from '../clock.ts'
import type { ImportProgress } from '../generated/vireo/record/v1/records.ts'
import type { Entry } from '../state/ledger.ts'
import type { RefusedRow } from './refused-rows.ts'

/** Where an import goes. */
export interface ImportTarget {
  /** Appends to the log and applies in order; resolves when durable. Records of one call are written together or not at all. */
  write(records: readonly Entry[], signal: AbortSignal): Promise<void>
  /** How far earlier imports came, by import id (the newest `ImportProgress` of each). */
  progress(): ReadonlyMap<string, ImportProgress>
  readonly clock: Clock
}

export interface ImportOptions {
  /** Moves all times by whole weeks, so that the last event is as late as it can be without lying in the future. */
  readonly shiftToNow: boolean
  /** Rows at or after this time (in ms since 1970, before any shift) are left out. */
  readonly until?: number
  readonly signal: AbortSignal
}

export type PartName = 'videos' | 'history' | 'events'

export interface ImportState {
  readonly phase: 'reading' | PartName | 'finished' | 'already_imported'
  /** Rows that are durable in the log, those of an earlier run that was stopped included. */
  readonly rowsDone: number
  /** Rows to import: those of files that were imported before and those that were refused are not among them. */
  readonly rowsTotal: number
  /** Refused rows by reason, such as ROW_BAD_TIME; see docs/importing.md. */
  readonly refused: Readonly<Record<string, number>>
  /** The first few of them. */
  readonly examples: readonly RefusedRow[]
  /** Videos that people watched but no file describes. */
  readonly unlistedVideos: number
  /** Records written by this run. */
  readonly written: { readonly videos: number; readonly pages: number; readonly events: number }
  /** By how many ms times are moved. */
  readonly shiftMs: number
  readonly finished: boolean
}
