import { type ImportDatabase, quoted } from './database.ts'
import type { SourceFile } from './source-files.ts'

/** How DuckDB reads a file. */
export interface SourceTable {
  /** What stands after FROM; `lenient` where there is a second way, for a file that the first one refuses. */
  readonly from: string
  readonly lenient?: string
  /** SQL that gives a column as text, by its name in snake_case. */
  readonly columns: ReadonlyMap<string, string>
  readonly headerLines: number
}

/** `names` are the columns that are of use. A quote in a file of `numbersOnly` means nothing. */
export function tableOf(
  database: ImportDatabase,
  file: SourceFile,
  names: readonly string[],
  numbersOnly: boolean,
): SourceTable | Promise<SourceTable> {
  const type = file.name.replace(/\.gz$/, '').split('.').at(-1)
  if (type === 'parquet') return parquet(database, file)
  return type === 'jsonl' ? jsonLines(file, names) : csv(file, numbersOnly)
}

function csv(file: SourceFile, numbersOnly: boolean): SourceTable {
  const names = file.firstLine.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
  // A stray quote would swallow all lines after it.
  const quotes = numbersOnly && !file.firstLine.includes('"') ? `quote = '', escape = ''` : `quote = '"', escape = '"'`
  const options = [
    literalPath(file),
    `columns = {${names.map((_, at) => `'c${at}': 'VARCHAR'`)}}`,
    `header = true, auto_detect = false, delim = ',', ${quotes}`,
    'store_rejects = true, rejects_limit = 0',
  ].join()
  return {
    from: `read_csv(${options}, strict_mode = true)`,
    lenient: `read_csv(${options}, strict_mode = false)`,
    columns: new Map(names.map((name, at) => [snakeCase(name), `c${at}`])),
    headerLines: 1,
  }
}

/** A line that is no JSON object becomes a row of nothing. */
function jsonLines(file: SourceFile, names: readonly string[]): SourceTable {
  const spellings = new Set(names.flatMap((name) => [name, camelCase(name)]))
  const types = [...spellings].map((name) => `"${name}": 'VARCHAR'`)
  return {
    from: `read_json(${literalPath(file)}, format = 'newline_delimited', records = true, ignore_errors = true, columns = {${types}})`,
    columns: new Map(names.map((name) => [name, `COALESCE("${name}", "${camelCase(name)}")`])),
    headerLines: 0,
  }
}

async function parquet(database: ImportDatabase, file: SourceFile): Promise<SourceTable> {
  const from = `read_parquet(${literalPath(file)})`
  const described = await database.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`)
  return {
    from,
    columns: new Map(described.map(([name, type]) => [snakeCase(String(name)), asText(String(name), String(type))])),
    headerLines: 0,
  }
}

function asText(name: string, type: string): string {
  const column = `"${name.replaceAll('"', '""')}"`
  if (/^(TIMESTAMP|DATE)/.test(type)) return `CAST(epoch_ms(${column}${type === 'DATE' ? '::TIMESTAMP' : ''}) AS VARCHAR)`
  if (type === 'JSON') return `json_extract_string(${column}, '$')`
  return /\]$|^(STRUCT|MAP)/.test(type) ? `to_json(${column})::VARCHAR` : `CAST(${column} AS VARCHAR)`
}

// To DuckDB a path is a pattern.
const literalPath = (file: SourceFile) => quoted(file.path.replace(/[*?[]/g, '[$&]'))
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
