/** The few things that engines write otherwise. */
export interface Dialect {
  /** The name of a column, where it could be taken for a word of the language. */
  readonly name: (column: string) => string
  readonly list: (values: readonly number[]) => string
  /** A join with each element of a list, as a column of a table of that name. */
  readonly joinEach: (list: string, column: string) => string
}

const standard: Dialect = {
  name: (column) => column,
  list: (values) => `ARRAY[${values.join(', ')}]`,
  joinEach: (list, column) => `CROSS JOIN UNNEST(${list}) AS each_${column} (${column})`,
}

export const dialects = {
  duckdb: standard,
  flink: { ...standard, name: (column: string) => `\`${column}\`` },
  spark: {
    ...standard,
    list: (values: readonly number[]) => `ARRAY(${values.join(', ')})`,
    joinEach: (list: string, column: string) => `LATERAL VIEW EXPLODE(${list}) each_${column} AS ${column}`,
  },
} as const satisfies Record<string, Dialect>
