import type { EventRecord, SlateItem, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import type { ColumnName, Value } from '../language/columns.ts'
import type { Window } from '../language/windows.ts'

/** An item of a slate as it was served. */
export interface ServedItem {
  readonly slate: SlateRecord
  readonly item: SlateItem
  /** Its place in the slate's order, from 0. */
  readonly index: number
}

interface Rows<Names extends ColumnName, Windows extends Window, Source> {
  readonly name: string
  /** What one row is, for people. */
  readonly meaning: string
  /** Every stream has `time_ms` and `row_id`. */
  readonly columns: readonly Names[]
  /** The windows that make sense of its times. */
  readonly windows: readonly Windows[]
  /** Whether a record is a row of it. */
  readonly takes: (record: Source) => boolean
  /** A reader for each of the columns. */
  readonly read: Readonly<Partial<Record<ColumnName, (record: Source) => Value>>>
  /** The same rows from the lake's tables, for DuckDB and Spark. */
  readonly sql: string
}

interface FromEvents<Names extends ColumnName, Windows extends Window> extends Rows<Names, Windows, EventRecord> {
  readonly source: 'events'
}

interface FromServed<Names extends ColumnName, Windows extends Window> extends Rows<Names, Windows, ServedItem> {
  readonly source: 'served'
}

/** Rows that views are made from. Unknown is undefined in a row and NULL in SQL. */
export type Stream<Names extends ColumnName = ColumnName, Windows extends Window = Window> =
  | FromEvents<Names, Windows>
  | FromServed<Names, Windows>

/** Records have empty texts for unknown ones. */
export const text = (value: string): string | undefined => (value === '' ? undefined : value)

export const anyWindow: readonly Window[] = ['10m', '1h', '24h', '7d', '30d', 'all']
