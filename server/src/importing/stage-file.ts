import { InvalidInput, VireoError } from '../errors.ts'
import { type ImportDatabase, quoted } from './database.ts'
import type { RefusedRows } from './refused-rows.ts'
import { fileBroken, type SourceFile } from './source-files.ts'
import { tableOf } from './source-tables.ts'

/** How rows of a kind of file become a table. All source columns are text; an empty one is NULL. */
export interface Staging {
  readonly table: string
  /** Columns that a file must have, and those it may have. */
  readonly required: readonly string[]
  readonly optional: readonly string[]
  /** The table's columns, as SQL over the source's. */
  readonly values: Readonly<Record<string, string>>
  /** Why a row is refused, as SQL over source and table columns: the first that holds. */
  readonly refusals: readonly (readonly [reason: string, condition: string])[]
  /** Left out without being refused. */
  readonly except?: string | undefined
  readonly numbersOnly?: boolean
}

/** Makes the empty table: the columns of `values`, and `file`, `row` and `refused`, the reason or NULL. */
export async function createTable(database: ImportDatabase, staging: Staging): Promise<void> {
  const nothing = [...staging.required, ...staging.optional].map((name) => `NULL::VARCHAR AS ${name}`)
  await database.run(`CREATE TABLE ${staging.table} AS ${checkedRows(staging, 0, `SELECT 0::BIGINT AS row, ${nothing}`)} LIMIT 0`)
}

/** Reads a file into the table. Rows that make no sense are kept there with their reason, and reported if `refused` is given. */
export async function stageFile(database: ImportDatabase, file: SourceFile, staging: Staging, refused?: RefusedRows): Promise<void> {
  try {
    const { brokenLines, headerLines } = await insertRows(database, file, staging)
    if (refused !== undefined) await report(database, file, staging, brokenLines, headerLines, refused)
  } catch (cause) {
    if (cause instanceof VireoError || database.signal.aborted) throw cause
    throw fileBroken(file.name, cause)
  }
}

async function insertRows(database: ImportDatabase, file: SourceFile, staging: Staging) {
  const names = [...staging.required, ...staging.optional]
  const { columns, from, lenient, headerLines } = await tableOf(database, file, names, staging.numbersOnly ?? false)
  const missing = staging.required.filter((name) => !columns.has(name))
  if (missing.length > 0) {
    throw new InvalidInput('IMPORT_COLUMNS_MISSING', file.name, `${file.name} has no column ${missing.join(', ')}`)
  }
  const selected = names.map((name) => `NULLIF(${columns.get(name) ?? 'NULL'}, '') AS ${name}`)
  const insert = async (from: string) => {
    const rows = checkedRows(staging, file.number, `SELECT row_number() OVER () AS row, ${selected} FROM ${from}`)
    await database.run(`INSERT INTO ${staging.table} ${rows}`)
  }
  if (lenient === undefined) {
    await insert(from)
    return { brokenLines: [], headerLines }
  }
  // Only its strict mode notices surplus columns, but that fails on lines that end differently.
  await insert(from).catch(() => insert(lenient))
  return { brokenLines: await takeBrokenLines(database), headerLines }
}

function checkedRows({ required, optional, values, refusals, except }: Staging, file: number, source: string): string {
  const columns = Object.entries(values).map(([name, sql]) => `${sql} AS ${name}`)
  const nothing = `COALESCE(${[...required, ...optional].map((name) => `source.${name}`)}) IS NULL`
  const reasons = [['ROW_COLUMNS', nothing] as const, ...refusals].map(([reason, condition]) => `WHEN ${condition} THEN ${quoted(reason)}`)
  const rows = `SELECT ${file} AS file, source.row, ${columns}, CASE ${reasons.join(' ')} END AS refused FROM (${source}) AS source`
  return except === undefined ? rows : `SELECT * FROM (${rows}) WHERE (${except}) IS NOT TRUE`
}

/** The lines that DuckDB could not take apart. */
async function takeBrokenLines(database: ImportDatabase): Promise<number[]> {
  const errors = await database.rows(`SELECT line, bool_or(contains(trim(csv_line, chr(10)), chr(10)) AND error_type = 'UNQUOTED VALUE')
    FROM reject_errors GROUP BY line ORDER BY line`)
  await database.run('DROP TABLE reject_errors; DROP TABLE reject_scans')
  const open = errors.find(([, isOpen]) => isOpen === true)
  if (open !== undefined) throw new Error(`the quote that line ${open[0]} opens is never closed`)
  return errors.map(([line]) => Number(line))
}

async function report(
  database: ImportDatabase,
  file: SourceFile,
  { table }: Staging,
  brokenLines: readonly number[],
  headerLines: number,
  refused: RefusedRows,
): Promise<void> {
  const ofFile = `FROM ${table} WHERE file = ${file.number} AND refused IS NOT NULL`
  for (const [reason, count] of await database.rows(`SELECT refused, count(*) ${ofFile} GROUP BY refused ORDER BY refused`)) {
    refused.add(String(reason), Number(count))
  }
  if (brokenLines.length > 0) refused.add('ROW_COLUMNS', brokenLines.length)
  const examples = await database.rows(`SELECT row, refused ${ofFile} ORDER BY row LIMIT 10`)
  const inTable = examples.map(([row, reason]) => ({ row: lineOf(Number(row) + headerLines, brokenLines), reason: String(reason) }))
  const broken = brokenLines.map((row) => ({ row, reason: 'ROW_COLUMNS' }))
  refused.show([...inTable, ...broken].sort((a, b) => a.row - b.row).map((example) => ({ file: file.name, ...example })))
}

/** DuckDB counts the rows that it could read; broken lines lie between them. */
function lineOf(readable: number, brokenLines: readonly number[]): number {
  let line = readable
  for (const broken of brokenLines) if (broken <= line) line++
  return line
}
