/** The few things that engines write otherwise. */
export interface Dialect {
  /** The name of a column, where it could be taken for a word of the language. */
  readonly name: (column: string) => string
  /** A join with each of some numbers, as a column. */
  readonly joinNumbers: (numbers: readonly number[], column: string) => string
  /** A join with each element of a list, as a column. */
  readonly joinEach: (list: string, column: string) => string
}

export const dialects = {
  /** What DuckDB and Spark (4.3 and later) both read. */
  batch: {
    name: (column) => column,
    joinNumbers: (numbers, column) =>
      `CROSS JOIN (VALUES ${numbers.map((number) => `(${number})`).join(', ')}) AS each_${column} (${column})`,
    joinEach: (list, column) => `CROSS JOIN LATERAL UNNEST(${list}) AS each_${column} (${column})`,
  },
  /** A join with `VALUES` would keep all rows of the stream. */
  flink: {
    name: (column) => `\`${column}\``,
    joinNumbers: (numbers, column) => `CROSS JOIN UNNEST(ARRAY[${numbers.join(', ')}]) AS each_${column} (${column})`,
    joinEach: (list, column) => `CROSS JOIN UNNEST(${list}) AS each_${column} (${column})`,
  },
} as const satisfies Record<string, Dialect>
