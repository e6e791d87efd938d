import { z } from 'zod'

export type Kind = 'schema' | 'completeness' | 'uniqueness' | 'range' | 'reference' | 'volume' | 'drift'

const ofColumn = z.strictObject({ column: z.string() })

/** An expectation by its name and arguments in Great Expectations 1.x. One that does not hold is critical, as it is there. */
const expectation = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('expect_column_values_to_be_in_type_list'),
    // As DuckDB names the type, and as Spark does.
    kwargs: ofColumn.extend({ type_list: z.array(z.string()).min(1) }),
  }),
  z.strictObject({ type: z.literal('expect_column_values_to_not_be_null'), kwargs: ofColumn }),
  z.strictObject({ type: z.literal('expect_column_values_to_be_unique'), kwargs: ofColumn }),
  z.strictObject({
    type: z.literal('expect_compound_columns_to_be_unique'),
    kwargs: z.strictObject({ column_list: z.array(z.string()).min(2) }),
  }),
  z.strictObject({
    type: z.literal('expect_column_values_to_be_between'),
    kwargs: ofColumn.extend({ min_value: z.number(), max_value: z.number().optional() }),
  }),
  z.strictObject({
    type: z.literal('expect_column_values_to_be_in_set'),
    kwargs: ofColumn.extend({ value_set: z.array(z.string()).min(1) }),
  }),
  z.strictObject({
    type: z.literal('expect_table_row_count_to_be_between'),
    kwargs: z.strictObject({ min_value: z.number() }),
  }),
  z.strictObject({
    type: z.literal('unexpected_rows_expectation'),
    description: z.string(),
    // It holds where the query has no row; `{batch}` stands for the partition. What it selects tells what is wrong: of nobody.
    kwargs: z.strictObject({ unexpected_rows_query: z.string().includes('{batch}') }),
    meta: z.strictObject({ kind: z.enum(['schema', 'completeness', 'range', 'reference']) }),
  }),
])
export type Expectation = z.infer<typeof expectation>

/** What Great Expectations 1.x calls a suite, with the fields of its JSON. */
export const suiteSchema = z.strictObject({
  name: z.string(),
  expectations: z.array(expectation).min(1),
  meta: z.strictObject({ table: z.string() }),
})
export type Suite = z.infer<typeof suiteSchema>

/** Something that is not as expected. */
export interface Finding {
  /** The expectation, by its name. */
  readonly type: string
  readonly kind: Kind
  /** What is critical keeps a partition from training; a warning does not. */
  readonly severity: 'critical' | 'warning'
  /** The column or feature, or what was expected in words. */
  readonly about: string
  readonly found: string
}

export function finding(expectation: Expectation, found: string): Finding {
  return { type: expectation.type, kind: kindOf(expectation), severity: 'critical', about: aboutOf(expectation), found }
}

const kinds = {
  expect_column_values_to_be_in_type_list: 'schema',
  expect_column_values_to_not_be_null: 'completeness',
  expect_column_values_to_be_unique: 'uniqueness',
  expect_compound_columns_to_be_unique: 'uniqueness',
  expect_column_values_to_be_between: 'range',
  expect_column_values_to_be_in_set: 'range',
  expect_table_row_count_to_be_between: 'volume',
} as const

const kindOf = (expectation: Expectation): Kind =>
  expectation.type === 'unexpected_rows_expectation' ? expectation.meta.kind : kinds[expectation.type]

function aboutOf(expectation: Expectation): string {
  if (expectation.type === 'unexpected_rows_expectation') return expectation.description
  if (expectation.type === 'expect_table_row_count_to_be_between') return 'rows'
  return columnsOf(expectation).join(', ')
}

/** The columns that it names. */
export const columnsOf = ({ kwargs }: Expectation): readonly string[] =>
  'column' in kwargs ? [kwargs.column] : 'column_list' in kwargs ? kwargs.column_list : []
