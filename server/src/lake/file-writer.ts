import { hourMs } from '../clock.ts'
import type { Topic } from '../ports/event-log.ts'
import type { Lake, LogRange } from '../ports/lake.ts'
import { type LakeDatabase, quoted } from './database.ts'
import { logTableOf, partitionOf, timeSql } from './lake-tables.ts'
import { mergedRanges, type NewFile } from './manifest-changes.ts'

/** A file that has been written, but not put to its place. */
export type WrittenFile = Omit<NewFile, 'bytes' | 'sha256'> & { readonly scratch: string }

export const parquetOptions = '(FORMAT parquet, COMPRESSION zstd)'

/** Writes the rows of a table of a topic, a file an hour, each in the table's order. `nameOf` gives names that were never given before. */
export async function writeFiles(
  database: LakeDatabase,
  lake: Lake,
  topic: Topic,
  table: string,
  nameOf: () => string,
): Promise<WrittenFile[]> {
  const { acceptedSql, firstRowSql, orderSql } = logTableOf[topic]
  const sorted = `sorted_${topic}`
  await database.run(
    `CREATE OR REPLACE TABLE ${sorted} AS SELECT *, (${timeSql}) // ${hourMs} AS lake_hour FROM ${table} ORDER BY lake_hour, ${orderSql}`,
  )
  const groups =
    await database.rows(`SELECT lake_hour, log_partition, count(*), count(*) FILTER (${firstRowSql}), min(log_offset), max(log_offset) + 1,
      min(${timeSql}), max(${timeSql}), min(${acceptedSql}), max(${acceptedSql})
    FROM ${sorted} GROUP BY lake_hour, log_partition ORDER BY lake_hour, log_partition`)
  const files: WrittenFile[] = []
  for (const [hour, parts] of Map.groupBy(
    groups.map((row) => row.map(Number)),
    (row) => row[0]!,
  )) {
    const name = nameOf()
    const partition = partitionOf(hour)
    const scratch = lake.scratch(name)
    await database.run(
      `COPY (SELECT * EXCLUDE (lake_hour) FROM ${sorted} WHERE lake_hour = ${hour}) TO ${quoted(scratch)} ${parquetOptions}`,
    )
    files.push({ scratch, path: `${topic}/${partition}/${name}`, table: topic, partition, ...summed(parts) })
  }
  return files
}

type Summary = Pick<NewFile, 'rows' | 'minMs' | 'maxMs' | 'minAcceptedMs' | 'maxAcceptedMs' | 'log'>

function summed(parts: readonly (readonly number[])[]): Summary {
  const column = (at: number) => parts.map((row) => row[at]!)
  return {
    rows: column(2).reduce((total, rows) => total + rows, 0),
    minMs: Math.min(...column(6)),
    maxMs: Math.max(...column(7)),
    minAcceptedMs: Math.min(...column(8)),
    maxAcceptedMs: Math.max(...column(9)),
    log: mergedRanges(parts.map((row): LogRange => ({ partition: row[1]!, records: row[3]!, first: row[4]!, end: row[5]! }))),
  }
}

/** Puts written files to their places, durably. */
export async function putFiles(lake: Lake, files: readonly WrittenFile[]): Promise<NewFile[]> {
  const stored = await lake.put(files)
  return files.map(({ scratch: _, ...file }, at) => ({ ...file, ...stored[at]! }))
}
