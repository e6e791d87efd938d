import type { Finding } from './expectation.ts'
import type { PartitionResult } from './results.ts'
import { checkedTables } from './suites.ts'

/** The quality of a day's data as a page of HTML that needs nothing else. */
export function dayPage(date: string, results: readonly PartitionResult[]): string {
  const tables = checkedTables.map((table) => {
    const ofTable = results.filter((result) => result.table === table)
    const of = (status: PartitionResult['status']) => ofTable.filter((result) => result.status === status).length
    return [table, ofTable.length, ofTable.reduce((total, { rows }) => total + rows, 0), of('passed'), of('warned'), of('failed')]
  })
  const found = results.flatMap((result) => result.findings.map((each) => findingRow(result, each)))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Data quality of ${date}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #ccc; padding: .2rem .8rem; text-align: left; vertical-align: top; }
</style>
</head>
<body>
<h1>Data quality of ${date}</h1>
<p>Hours in UTC. What is critical fails its hour, which is kept, and not trained on; a warning says that values have shifted.</p>
${htmlTable(['table', 'hours', 'rows', 'passed', 'warned', 'failed'], tables)}
${found.length === 0 ? '<p>All is as expected.</p>' : htmlTable(['severity', 'table', 'hour', 'kind', 'about', 'found', 'expectation'], found)}
</body>
</html>
`
}

function findingRow({ table, partition }: PartitionResult, { type, kind, severity, about, found }: Finding): string[] {
  return [severity, table, partition.split('hour=')[1]!, kind, about, found, type]
}

const htmlTable = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  `<table>\n${[rowOf('th', head), ...rows.map((row) => rowOf('td', row))].join('\n')}\n</table>`

const rowOf = (cell: 'th' | 'td', values: readonly (string | number)[]) =>
  `<tr>${values.map((value) => `<${cell}>${escaped(String(value))}</${cell}>`).join('')}</tr>`

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
