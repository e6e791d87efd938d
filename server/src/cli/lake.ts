import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { type LakeBeside, openLakeBeside, repairLake } from '../compose/beside.ts'
import { VireoError } from '../errors.ts'
import { asCsv } from '../lake/as-csv.ts'
import { LakeDatabase } from '../lake/database.ts'
import type { Repaired } from '../lake/repair.ts'
import { standing, type TableStanding } from '../lake/standing.ts'
import { type Finding, verify } from '../lake/verify.ts'
import { viewsSql } from '../lake/views.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { count, facts, print, printJson, table, tell } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

/** Memory of DuckDB, in MiB. */
const defaultMemoryMb = 1_024

interface SqlOptions {
  readonly json?: true
  readonly csv?: true
  readonly memory: number
}

export const lakeCommand = (): Command =>
  new Command('lake')
    .description('the history in Parquet files: ask it in SQL, see how it is, repair it')
    .addCommand(sqlCommand())
    .addCommand(statusCommand())
    .addCommand(verifyCommand())
    .addCommand(repairCommand())

const sqlCommand = (): Command =>
  new Command('sql')
    .description('ask the lake of this data folder, also beside a server that uses it')
    .argument('<query>', 'SQL of DuckDB over the tables events, served, features, catalog and control')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .option('--memory <MiB>', 'memory for the query; more goes to disk', wholeNumber(64, 1_048_576), defaultMemoryMb)
    .addHelpText(
      'after',
      `
Times are in ms since 1970 (UTC); \`date\` and \`hour\` are those of the partition.

Examples:
  vireo lake sql "SELECT type, count(*) FROM events GROUP BY type"
  vireo lake sql "SELECT video_id, count(*) AS n FROM served WHERE date = '2026-01-15' GROUP BY ALL ORDER BY n DESC LIMIT 10" --csv`,
    )
    .action((query: string, options: SqlOptions) => withLake((beside, signal) => ask(beside, query, options, signal)))

const statusCommand = (): Command =>
  new Command('status')
    .description('say what the lake holds, and how far it is behind the log')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  vireo lake status\n  vireo lake status --json')
    .action(({ json }: { json?: true }) => withLake((beside) => tellStatus(beside, json === true)))

const verifyCommand = (): Command =>
  new Command('verify')
    .description('check all files, and that each record of the log is there once')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nIt ends with 1 where a file is missing or damaged, or a record is absent or there twice.\n\nExamples:\n  vireo lake verify\n  vireo lake verify --json',
    )
    .action(({ json }: { json?: true }) =>
      withLake(async ({ lake }, signal) => {
        const findings = await withDatabase(lake, defaultMemoryMb, signal, (database) => verify(lake, database, signal))
        if (json) printJson(findings)
        else print(findings.length === 0 ? 'All is as it was written, each record once.' : findings.map(readable).join('\n'))
        if (findings.length > 0) process.exitCode = exitCodes.failed
      }),
    )

const repairCommand = (): Command =>
  new Command('repair')
    .description('make what is missing or damaged again from the log, where no server runs')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It ends with 1 where a file stays damaged, because the log has let go of what was in it. \`vireo samples\` then makes the samples again that depend on what was repaired.

Examples:
  vireo lake repair
  vireo lake repair --json`,
    )
    .action(async ({ json }: { json?: true }) => {
      const signal = stopSignal()
      const repaired = await repairLake(configuration(), systemClock, signal).catch((error) => {
        throw signal.aborted ? interrupted('Stopped; the lake is as it was') : error
      })
      if (json) printJson(repaired)
      else print(report(repaired))
      if (repaired.lost.length > 0) process.exitCode = exitCodes.failed
    })

function report({ replaced, lost, filled }: Repaired): string {
  if (replaced.length + lost.length + filled.length === 0) return 'There was nothing to repair.'
  return [
    ...replaced.map((path) => `made again: ${path}`),
    ...filled.map(({ topic, partition, first, end }) => `filled: ${topic} ${partition}, ${first} to ${end}`),
    ...lost.map((path) => `lost, as the log no longer has it: ${path}`),
  ].join('\n')
}

const readable = ({ kind, ...where }: Finding): string =>
  `${kind}: ${Object.entries(where)
    .map((each) => each.join(' '))
    .join(', ')}`

async function withLake(work: (beside: LakeBeside, signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = stopSignal()
  const beside = await openLakeBeside(configuration(), systemClock)
  try {
    await work(beside, signal)
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped') : error
  } finally {
    await beside.lake.close()
  }
}

async function ask({ lake, extents }: LakeBeside, query: string, { json, csv, memory }: SqlOptions, signal: AbortSignal): Promise<void> {
  const pin = await lake.pin()
  try {
    const { columns, rows } = await withDatabase(lake, memory, signal, async (database) => {
      for (const view of viewsSql(pin.manifest, (path) => lake.location(path))) await database.run(view)
      return answered(database, query)
    })
    if (json) printJson(rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))))
    else if (csv) print(asCsv(columns, rows))
    else
      print(
        table(
          columns,
          rows.map((row) => row.map(cell)),
        ),
      )
    await tellBehind(pin.manifest, extents)
  } finally {
    await pin.release()
  }
}

async function withDatabase<Result>(
  lake: Lake,
  memoryMb: number,
  signal: AbortSignal,
  work: (database: LakeDatabase) => Promise<Result>,
): Promise<Result> {
  // Of its own: what DuckDB puts there has the same names in all.
  const tempFolder = lake.scratch(`sql-${randomUUID()}`)
  const database = await LakeDatabase.open({ lake, memoryMb, tempFolder, signal })
  try {
    return await work(database)
  } finally {
    database.close()
    await rm(tempFolder, { recursive: true, force: true })
  }
}

async function answered(database: LakeDatabase, query: string): ReturnType<LakeDatabase['answer']> {
  try {
    return await database.answer(query)
  } catch (error) {
    if (error instanceof VireoError) throw error
    const [message] = (error as Error).message.split('\n')
    throw new VireoError({ code: 'LAKE_QUERY_WRONG', fault: 'client', retryable: false, message: message!, cause: error })
  }
}

/** An answer is one also where the log can't be asked. */
async function tellBehind(manifest: Manifest, extents: LakeBeside['extents']): Promise<void> {
  try {
    const behind = behindOf(await standing(manifest, await extents()))
    if (behind > 0) tell(`The newest ${count(behind)} records of the log are not in the lake yet, so not in this answer.`)
  } catch (error) {
    tell(`The log could not be asked for what is not in the lake yet: ${(error as Error).message}`)
  }
}

async function tellStatus({ lake, extents }: LakeBeside, json: boolean): Promise<void> {
  const manifest = await lake.manifest()
  const tables = await standing(manifest, await extents())
  const { version, committedMs, troubles } = manifest
  if (json) return printJson({ version, committedMs, tables, troubles })
  const rows = tables.map((each) => [
    each.table,
    ...[each.partitions, each.files, each.rows, each.bytes, each.behind, each.duplicates].map(count),
  ])
  print(table(['table', 'partitions', 'files', 'rows', 'bytes', 'behind the log', 'duplicates left out'], rows))
  const committed = version === 0 ? 'never' : new Date(committedMs).toISOString()
  const behind = behindOf(tables)
  print(
    facts({
      version,
      committed,
      behind: behind === 0 ? 'nothing' : `${count(behind)} records`,
      troubles: troubles.length === 0 ? 'none' : `${count(troubles.length)}, see --json`,
    }),
  )
}

const behindOf = (tables: readonly TableStanding[]) => tables.reduce((records, { behind }) => records + behind, 0)

const cell = (value: unknown) => (value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value))
