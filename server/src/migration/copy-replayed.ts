import { randomUUID } from 'node:crypto'
import { LakeDatabase, quoted } from '../lake/database.ts'
import { type DerivedPartition, replacePartitions } from '../lake/derived-table.ts'
import { parquetOptions } from '../lake/file-writer.ts'
import { parquetSql } from '../lake/lake-tables.ts'
import { filesOf } from '../lake/manifest-changes.ts'
import type { Lake, LakeFile } from '../ports/lake.ts'
import type { MigrationParts } from './parts.ts'

/** Partitions that are copied behind one commit. */
const partitionsATime = 64

/** Copies the vectors of imported pages, which a replay of everything would make again. What was copied before stays. */
export async function copyReplayed({ clock, from, memoryMb, signal, tempFolder, to }: MigrationParts): Promise<void> {
  const present = new Set(filesOf(await to.lake.manifest(), 'replayed').map(({ partition }) => partition))
  const all = Map.groupBy(filesOf(await from.lake.manifest(), 'replayed'), ({ partition }) => partition)
  const missing = [...all].filter(([partition]) => !present.has(partition))
  if (missing.length === 0) return
  const database = await LakeDatabase.open({ lake: from.lake, memoryMb, tempFolder, signal })
  try {
    for (let at = 0; at < missing.length; at += partitionsATime) {
      const copied: DerivedPartition[] = []
      for (const [partition, files] of missing.slice(at, at + partitionsATime)) {
        copied.push({ partition, written: await copy(from.lake, to.lake, database, files) })
      }
      await replacePartitions(to.lake, clock, 'replayed', copied, await to.lake.manifest())
    }
  } finally {
    database.close()
  }
}

async function copy(from: Lake, to: Lake, database: LakeDatabase, files: readonly LakeFile[]): Promise<DerivedPartition['written']> {
  const scratch = to.scratch(`${randomUUID()}.parquet`)
  const stored = parquetSql(files.map(({ path }) => from.location(path)))
  await database.run(`COPY (SELECT * FROM ${stored}) TO ${quoted(scratch)} ${parquetOptions}`)
  return {
    scratch,
    rows: files.reduce((total, { rows }) => total + rows, 0),
    minMs: Math.min(...files.map(({ minMs }) => minMs)),
    maxMs: Math.max(...files.map(({ maxMs }) => maxMs)),
  }
}
