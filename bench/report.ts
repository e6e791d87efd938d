import Table from 'cli-table3'
import { type Figure, holds, type Limit } from './benchmark.ts'
import type { Machine } from './machine.ts'

export interface Measured {
  readonly benchmark: string
  readonly seconds: number
  readonly figures: readonly (Figure & { readonly holds: boolean | undefined })[]
  /** Why there are no figures. */
  readonly failure?: string
}

/** Everything of one run; what `--json` writes. */
export interface Report {
  readonly date: string
  readonly command: string
  /** Small sizes: the figures only show that everything runs. */
  readonly quick: boolean
  readonly machine: Machine
  readonly measured: readonly Measured[]
  readonly missed: number
}

export function measured(benchmark: string, seconds: number, figures: readonly Figure[]): Measured {
  return { benchmark, seconds, figures: figures.map((figure) => ({ ...figure, holds: holds(figure) })) }
}

export function tableOf({ machine, measured, quick }: Report): string {
  const table = new Table({ head: ['benchmark', 'figure', 'measured', 'limit', 'holds'], style: { head: [], border: [] } })
  for (const { benchmark, failure, figures } of measured) {
    if (failure !== undefined) table.push([benchmark, { colSpan: 4, content: `failed: ${failure}` }])
    for (const { name, value, unit, limit, holds } of figures) {
      const verdict = holds === undefined ? '' : holds ? 'yes' : 'NO'
      table.push([benchmark, name, `${numeral(value)} ${unit}`, limit === undefined ? '' : limitOf(limit), verdict])
    }
  }
  const { besideAnother, cores, cpu, diskSyncMs, loadBefore, memoryGiB, node, pinned } = machine
  const where = `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, load before ${loadBefore.join(' ')}, ${pinned}`
  const limits = `a thread beside another does ${besideAnother} of its work; 4 KB are on disk after ${diskSyncMs.p50} ms (p99 ${diskSyncMs.p99})`
  return `${table.toString()}\n${where}\n${limits}${quick ? '\nQuick sizes: these figures only show that everything runs.' : ''}`
}

const limitOf = (limit: Limit) => ('most' in limit ? `≤ ${numeral(limit.most)}` : `≥ ${numeral(limit.least)}`)

function numeral(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 })
}
