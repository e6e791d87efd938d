import type { Entry } from '../state/ledger.ts'
import type { Columns, ImportDatabase } from './database.ts'
import type { PartName } from './import-target.ts'
import type { RefusedRows } from './refused-rows.ts'
import type { SourceFile } from './source-files.ts'

/** Rows in an order that is the same in every run, and the records that they become. */
export interface RowStream {
  readonly rows: number
  readonly sql: string
  /** Adds the records of the rows `from` up to, not including, `to`. */
  readonly addRecords: (columns: Columns, from: number, to: number, records: Entry[]) => void
  readonly unlistedVideos?: boolean
}

/** Files that are imported together, sorted into one order. */
export interface Group {
  readonly id: string
  readonly part: PartName
  readonly files: readonly SourceFile[]
  /** The numbers of all files that are in the log before it is this group's turn. */
  readonly earlier: readonly number[]
}

/** How times are moved. */
export interface Shift {
  readonly ms: number
  /** The first time that the folder's events have, before the shift. */
  readonly firstMs: number
}

/** A kind of folder. */
export interface Format {
  readonly name: string
  /** In the order of replay. */
  readonly parts: readonly { readonly part: PartName; readonly names: RegExp }[]
  /** Parts without which a folder is not of this kind. */
  readonly required: readonly PartName[]
  /** For people whose folder is of no kind. */
  readonly lookedFor: string
  /** Reads all files into tables; refused rows are reported for those of `pending`. */
  stage(
    database: ImportDatabase,
    files: readonly SourceFile[],
    pending: ReadonlySet<SourceFile>,
    refused: RefusedRows,
    until: number | undefined,
  ): Promise<void>
  /** Selects the times of the first and the last event, NULL if there is none. */
  readonly timesSql: string
  /** What becomes of a group, one after the other. */
  streams(database: ImportDatabase, group: Group, shift: Shift): Promise<RowStream[]>
}

export const inFiles = (numbers: readonly number[]) => `file IN (${numbers.length === 0 ? -1 : numbers.join()})`
export const ofGroup = (group: Group) => `refused IS NULL AND ${inFiles(group.files.map((file) => file.number))}`
