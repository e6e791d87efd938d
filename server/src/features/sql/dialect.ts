/** The few things that engines write otherwise. */
export interface Dialect {
  /** The name of a column, where it could be taken for a word of the language. */
  readonly name: (column: string) => string
  /** A join with each length of a hop, as `hop_ms`. */
  readonly joinHops: (hops: readonly number[]) => string
  /** When the hop of `hop_ms` begins that `time_ms` lies in. */
  readonly hopStart: string
  /** A join with each element of a list, as a column. */
  readonly joinEach: (list: string, column: string) => string
}

const startOf = (hop: string | number) => `time_ms - MOD(time_ms, ${hop})`

export const dialects = {
  /** What DuckDB and Spark (4.3 and later) both read. */
  batch: {
    name: (column) => column,
    joinHops: (hops) => `CROSS JOIN (VALUES ${hops.map((hop) => `(${hop})`).join(', ')}) AS each_hop (hop_ms)`,
    hopStart: startOf('hop_ms'),
    joinEach: (list, column) => `CROSS JOIN LATERAL UNNEST(${list}) AS each_${column} (${column})`,
  },
  /** What is joined is made of the row: a join with constants would go through one task, which would keep all rows. */
  flink: {
    name: (column) => `\`${column}\``,
    joinHops: (hops) =>
      `CROSS JOIN UNNEST(ARRAY[${hops.map((hop) => `ROW(${hop}, ${startOf(hop)})`).join(', ')}]) AS each_hop (hop_ms, hop_start)`,
    hopStart: 'hop_start',
    joinEach: (list, column) => `CROSS JOIN UNNEST(${list}) AS each_${column} (${column})`,
  },
} as const satisfies Record<string, Dialect>
