import { Presets, SingleBar } from 'cli-progress'
import { count, tell } from './print.ts'

/** How far an import is, from here or from a server. */
export interface ImportStep {
  readonly phase: string
  readonly rowsDone: number
  readonly rowsTotal: number
  /** Rows by reason. */
  readonly refused: Readonly<Record<string, number>>
  readonly examples?: readonly { readonly file: string; readonly row: number; readonly reason: string }[]
  readonly finished: boolean
}

export interface Imported extends ImportStep {
  readonly seconds: number
}

const lineEveryMs = 3_000

/** Shows the steps on standard error, a bar on a terminal and a line now and then elsewhere, until the last, which it returns. */
export async function followImport(steps: AsyncIterable<ImportStep>): Promise<Imported> {
  const shown = process.stderr.isTTY ? bar() : lines()
  const startedMs = performance.now()
  let last: ImportStep | undefined
  // An import that goes on where it was starts with rows, which are not of this run.
  let first: { rows: number; ms: number } | undefined
  try {
    for await (const step of steps) {
      last = step
      if (step.rowsTotal === 0) continue
      first ??= { rows: step.rowsDone, ms: performance.now() }
      const rate = (step.rowsDone - first.rows) / Math.max(1e-3, (performance.now() - first.ms) / 1_000)
      shown.show(step, rate, rate > 0 ? (step.rowsTotal - step.rowsDone) / rate : undefined)
    }
  } finally {
    shown.end()
  }
  return { ...last!, seconds: (performance.now() - startedMs) / 1_000 }
}

interface Shown {
  show(step: ImportStep, rate: number, secondsLeft: number | undefined): void
  end(): void
}

function bar(): Shown {
  const format = 'Importing {bar} {percentage} % | {done} of {all} rows | {rate} rows/s | {left} left'
  const made = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: false }, Presets.shades_classic)
  let started = false
  return {
    show({ rowsDone, rowsTotal }, rate, left) {
      const words = { done: count(rowsDone), all: count(rowsTotal), rate: count(Math.round(rate)), left: seconds(left) }
      if (!started) made.start(rowsTotal, rowsDone, words)
      started = true
      made.setTotal(rowsTotal)
      made.update(rowsDone, words)
    },
    end: () => made.stop(),
  }
}

function lines(): Shown {
  let lastMs = performance.now()
  return {
    show({ rowsDone, rowsTotal }, rate, left) {
      if (performance.now() - lastMs < lineEveryMs) return
      lastMs = performance.now()
      const percent = Math.floor((100 * rowsDone) / rowsTotal)
      tell(
        `Importing: ${percent} %, ${count(rowsDone)} of ${count(rowsTotal)} rows, ${count(Math.round(rate))} rows/s, ${seconds(left)} left`,
      )
    },
    end: () => {},
  }
}

const seconds = (number: number | undefined) => (number === undefined ? '–' : `${Math.ceil(number)} s`)

/** What came of it, in lines to read. */
export function importReport({ phase, rowsDone, seconds, refused, examples = [] }: Imported): string {
  const left = Object.entries(refused).map(([reason, number]) => `  ${reason}: ${count(number)}`)
  const named = examples.map(({ file, row, reason }) => `  ${file}:${row} ${reason}`)
  const told =
    phase === 'already_imported'
      ? 'Nothing to do: all of this was imported before.'
      : `Imported: ${count(rowsDone)} rows are in, after ${seconds.toFixed(1)} s.`
  return [
    told,
    ...(left.length > 0 ? ['Rows that were refused, by reason (see docs/importing.md):', ...left] : []),
    ...(named.length > 0 ? ['The first of them:', ...named] : []),
  ].join('\n')
}
