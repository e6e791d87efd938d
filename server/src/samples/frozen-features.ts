import { BIGINT, LIST, listValue, VARCHAR } from '@duckdb/node-api'
import type { LakeDatabase } from '../lake/database.ts'
import { createTable, RowAppender } from '../lake/row-appender.ts'

/** The features of a sample as of another time than that of its page. */
export interface FrozenFeatures {
  readonly sample_id: string
  readonly person_values: readonly number[]
  readonly item_values: readonly number[]
}

const columns = [
  { name: 'sample_id', type: VARCHAR },
  { name: 'person_values', type: LIST(BIGINT) },
  { name: 'item_values', type: LIST(BIGINT) },
]

/** Brings them into a table of `database`. Resolves with how many there are. */
export async function loadFrozen(
  database: LakeDatabase,
  table: string,
  frozen: AsyncIterable<FrozenFeatures>,
  signal: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<number> {
  await createTable(database, table, columns)
  const appender = await RowAppender.open(database, table, columns)
  let rows = 0
  // The person's side is the same object for all rows that were frozen together.
  let person: readonly number[] | undefined
  let personValues = listValue([])
  for await (const { sample_id, person_values, item_values } of frozen) {
    signal.throwIfAborted()
    if (person_values !== person) personValues = whole(person_values)
    person = person_values
    appender.add([sample_id, personValues, whole(item_values)])
    if (++rows % 10_000 === 0) onProgress(rows)
  }
  appender.close()
  return rows
}

const whole = (values: readonly number[]) => listValue(values.map(BigInt))
