import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBListValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  LIST,
  VARCHAR,
} from '@duckdb/node-api'
import type { Cell } from './parquet/columns.ts'

/** How one field of a record lies in a column: as it is written, and as DuckDB reads it. */
export interface Kind<Value> {
  readonly type: DuckDBType
  readonly toColumn: (value: Value) => Cell
  readonly fromColumn: (value: DuckDBValue) => Value
}

export type Kinds<Message> = { readonly [Field in keyof Message]-?: Kind<Message[Field]> }

/** A row as it is read, a value a column. */
export type Row = readonly DuckDBValue[]

export interface NamedColumn {
  readonly name: string
  readonly type: DuckDBType
}

/** Empty is unknown. */
export const text: Kind<string> = {
  type: VARCHAR,
  toColumn: (value) => (value === '' ? null : value),
  fromColumn: (value) => (value === null ? '' : (value as string)),
}

/** None where the file is older than the column. */
export const texts: Kind<string[]> = {
  type: LIST(VARCHAR),
  toColumn: (value) => value,
  fromColumn: (value) => [...((value as DuckDBListValue | null)?.items ?? [])] as string[],
}

export const whole: Kind<number> = { type: INTEGER, toColumn: (value) => value, fromColumn: (value) => value as number }

export const optionalWhole: Kind<number | undefined> = {
  type: INTEGER,
  toColumn: (value) => value ?? null,
  fromColumn: (value) => (value === null ? undefined : (value as number)),
}

/** 0 is unknown. */
export const wholeOrNone: Kind<number> = {
  type: INTEGER,
  toColumn: (value) => (value === 0 ? null : value),
  fromColumn: (value) => (value === null ? 0 : (value as number)),
}

export const long: Kind<number> = { type: BIGINT, toColumn: (value) => value, fromColumn: (value) => Number(value) }

/** 0 is unknown. */
export const longOrNone: Kind<number> = {
  type: BIGINT,
  toColumn: (value) => (value === 0 ? null : value),
  fromColumn: (value) => Number(value ?? 0),
}

export const longs: Kind<number[]> = {
  type: LIST(BIGINT),
  toColumn: (value) => value,
  fromColumn: (value) => (value as DuckDBListValue).items.map(Number),
}

/** Not set where the file is older than the column. */
export const flag: Kind<boolean> = { type: BOOLEAN, toColumn: (value) => value, fromColumn: (value) => value === true }

export const optionalFlag: Kind<boolean | undefined> = {
  type: BOOLEAN,
  toColumn: (value) => value ?? null,
  fromColumn: (value) => (value === null ? undefined : (value as boolean)),
}

export const float: Kind<number> = { type: FLOAT, toColumn: (value) => value, fromColumn: (value) => value as number }

export const floats: Kind<number[]> = {
  type: LIST(FLOAT),
  toColumn: (value) => value,
  fromColumn: (value) => [...((value as DuckDBListValue | null)?.items ?? [])] as number[],
}

export const double: Kind<number> = { type: DOUBLE, toColumn: (value) => value, fromColumn: (value) => value as number }

/** The fields of a message as columns: `timeMs` is `time_ms`. */
export interface FieldColumns<Message> {
  readonly columns: readonly NamedColumn[]
  readonly cellsOf: (message: Message) => Cell[]
  /** From the row's values at `from` on. */
  readonly messageOf: (row: Row, from?: number) => Message
}

export function fieldColumns<Message>(kinds: Kinds<Message>): FieldColumns<Message> {
  const fields = Object.keys(kinds) as (keyof Message & string)[]
  const all = fields.map((field) => kinds[field] as Kind<unknown>)
  return {
    columns: fields.map((field, at) => ({ name: field.replace(/[A-Z]/g, '_$&').toLowerCase(), type: all[at]!.type })),
    cellsOf(message) {
      const cells: Cell[] = new Array(fields.length)
      for (let at = 0; at < fields.length; at++) cells[at] = all[at]!.toColumn(message[fields[at]!])
      return cells
    },
    messageOf: (row, from = 0) =>
      Object.fromEntries(fields.map((field, at) => [field, all[at]!.fromColumn(row[from + at]!)])) as unknown as Message,
  }
}
