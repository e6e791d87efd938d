import { type LakeDatabase, quoted } from '../lake/database.ts'
import { columnsOf, type Expectation, type Finding, finding } from './expectation.ts'

/** Checks what the rows of a table `batch` hold. Where its schema is not as expected, nothing else can be asked. */
export async function checkRows(database: LakeDatabase, batch: string, expectations: readonly Expectation[]): Promise<Finding[]> {
  const described = await database.rows(`DESCRIBE ${batch}`)
  const types = new Map(described.map(([name, type]) => [name as string, type as string]))
  const ofSchema = expectations.flatMap((expectation) => schemaFindings(expectation, types))
  if (ofSchema.length > 0) return ofSchema
  const findings = await countFindings(database, batch, expectations)
  for (const expectation of expectations) {
    if (expectation.type !== 'unexpected_rows_expectation') continue
    const { columns, rows } = await database.answer(expectation.kwargs.unexpected_rows_query.replaceAll('{batch}', batch))
    for (const row of rows) findings.push(finding(expectation, columns.map((column, at) => `${column} ${row[at]}`).join(', ')))
  }
  return findings
}

function schemaFindings(expectation: Expectation, types: ReadonlyMap<string, string>): Finding[] {
  if (expectation.type !== 'expect_column_values_to_be_in_type_list') return []
  const { column, type_list } = expectation.kwargs
  const type = types.get(column)
  if (type === undefined) return [finding(expectation, 'it is not there')]
  return type_list.includes(type) ? [] : [finding(expectation, `it is ${type}`)]
}

/** Those that one look at all rows tells of. */
async function countFindings(database: LakeDatabase, batch: string, expectations: readonly Expectation[]): Promise<Finding[]> {
  const counted = expectations.flatMap((expectation) => {
    const sql = unexpectedSql(expectation)
    return sql === undefined ? [] : [{ expectation, sql }]
  })
  const [counts] = await database.rows(`SELECT count(*), ${counted.map(({ sql }) => sql).join(', ')} FROM ${batch}`)
  const [rows, ...unexpected] = counts!.map(Number)
  return counted.flatMap(({ expectation }, at) => {
    if (unexpected[at] === 0) return []
    const isOfRows = expectation.type === 'expect_table_row_count_to_be_between'
    return [finding(expectation, isOfRows ? `${rows} rows` : `${unexpected[at]} of ${rows} rows`)]
  })
}

/** How many rows are not as expected; NULL is expected everywhere but where it is asked for. */
function unexpectedSql(expectation: Expectation): string | undefined {
  const { type, kwargs } = expectation
  const column = columnsOf(expectation).map(named).join(', ')
  switch (type) {
    case 'expect_column_values_to_not_be_null':
      return `count(*) FILTER (WHERE ${column} IS NULL)`
    case 'expect_column_values_to_be_unique':
    case 'expect_compound_columns_to_be_unique':
      return `count(*) - count(DISTINCT row(${column}))`
    case 'expect_column_values_to_be_between':
      return `count(*) FILTER (WHERE NOT (${column} BETWEEN ${kwargs.min_value} AND ${kwargs.max_value ?? column}))`
    case 'expect_column_values_to_be_in_set':
      return `count(*) FILTER (WHERE ${column} NOT IN (${kwargs.value_set.map(quoted).join(', ')}))`
    case 'expect_table_row_count_to_be_between':
      return `greatest(${kwargs.min_value} - count(*), 0)`
    default:
      return undefined
  }
}

const named = (column: string) => `"${column.replaceAll('"', '""')}"`
