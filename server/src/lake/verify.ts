import { type Topic, topics } from '../ports/event-log.ts'
import type { Lake, LakeFile, Manifest } from '../ports/lake.ts'
import { type LakeDatabase, quoted } from './database.ts'
import { logTableOf, parquetSql } from './lake-tables.ts'
import { brokenFiles } from './standing.ts'

/** What is not as it should be. */
export type Finding =
  /** A file that is not what was written; `rows` where its digest is right and its footer is not. */
  | { readonly kind: 'missing' | 'damaged' | 'rows'; readonly path: string }
  /** Records of a partition of the log that are in the lake more than once. */
  | { readonly kind: 'twice'; readonly topic: Topic; readonly partition: number; readonly records: number }
  /** Records that the log gave and the lake has not, beside those that were left out as duplicates. */
  | { readonly kind: 'absent'; readonly topic: Topic; readonly partition: number; readonly records: number }
  /** Offsets that the log did not give. */
  | { readonly kind: 'hole'; readonly topic: Topic; readonly partition: number; readonly first: number; readonly end: number }

/** Checks each file against the manifest, by its digest and its footer, and that every record of the log is there exactly once. */
export async function verify(lake: Lake, database: LakeDatabase, signal: AbortSignal): Promise<Finding[]> {
  const pin = await lake.pin()
  try {
    const { manifest } = pin
    const findings: Finding[] = (await brokenFiles(lake, signal)).map(({ path, why }) => ({ kind: why, path }))
    const broken = new Set(findings.map((finding) => ('path' in finding ? finding.path : '')))
    const whole = manifest.files.filter(({ path }) => !broken.has(path))
    findings.push(...(await wrongFooters(lake, database, whole)))
    for (const topic of topics) findings.push(...(await wrongCounts(lake, database, manifest, topic, whole)))
    for (const trouble of manifest.troubles) if (trouble.kind === 'hole') findings.push(trouble)
    return findings
  } finally {
    await pin.release()
  }
}

async function wrongFooters(lake: Lake, database: LakeDatabase, files: readonly LakeFile[]): Promise<Finding[]> {
  if (files.length === 0) return []
  const byLocation = new Map(files.map((file) => [lake.location(file.path), file]))
  const list = [...byLocation.keys()].map(quoted).join(', ')
  const footers = await database.rows(`SELECT file_name, num_rows FROM parquet_file_metadata([${list}])`)
  return footers.flatMap(([location, rows]) => {
    const { path, rows: expected } = byLocation.get(location as string)!
    return Number(rows) === expected ? [] : [{ kind: 'rows' as const, path }]
  })
}

/** The manifest knows how many records each file should have, also of one that is broken. */
async function wrongCounts(
  lake: Lake,
  database: LakeDatabase,
  { files, reached, troubles }: Manifest,
  topic: Topic,
  whole: readonly LakeFile[],
): Promise<Finding[]> {
  const own = whole.filter(({ table }) => table === topic)
  const counts =
    own.length === 0
      ? []
      : await database.rows(`SELECT log_partition, count(*) - count(DISTINCT log_offset)
          FROM ${parquetSql(own.map(({ path }) => lake.location(path)))} WHERE ${logTableOf[topic].firstRowSql} GROUP BY log_partition`)
  const findings: Finding[] = counts.flatMap(([partition, records]) =>
    Number(records) === 0 ? [] : [{ kind: 'twice', topic, partition: Number(partition), records: Number(records) }],
  )
  for (const { partition, first, end, duplicates } of reached.filter((each) => each.topic === topic)) {
    const ranges = files.filter(({ table }) => table === topic).flatMap(({ log }) => log.filter((range) => range.partition === partition))
    const stored = ranges.reduce((total, { records }) => total + records, 0)
    const missed = troubles.reduce((total, trouble) => {
      const isOwn = trouble.kind === 'hole' && trouble.topic === topic && trouble.partition === partition
      return isOwn ? total + trouble.end - trouble.first : total
    }, 0)
    const absent = end - first - stored - duplicates - missed
    if (absent !== 0) findings.push({ kind: 'absent', topic, partition, records: absent })
  }
  return findings
}

/** The files that findings name. */
export function filesFound(manifest: Manifest, findings: readonly Finding[]): LakeFile[] {
  const paths = new Set(findings.flatMap((finding) => ('path' in finding ? [finding.path] : [])))
  return manifest.files.filter(({ path }) => paths.has(path))
}
