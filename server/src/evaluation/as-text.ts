import CliTable from 'cli-table3'
import type { Evaluation } from './evaluate.ts'
import { type Table, tablesOf } from './tables.ts'

/** For a terminal. */
export function asText(evaluation: Evaluation): string {
  return [...tablesOf(evaluation).map(textOf), warningOf(evaluation)].filter((part) => part !== '').join('\n\n')
}

export function textOf({ title, head, rows }: Table): string {
  const table = new CliTable({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => [...row]))
  return `${title}\n${table}`
}

function warningOf({ degraded }: Evaluation): string {
  return degraded === 0 ? '' : `${degraded} lists were made without a stage that failed: these numbers are too low.`
}
