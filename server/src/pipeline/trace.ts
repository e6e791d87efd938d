import type { Candidates } from './candidates.ts'
import type { Found } from './found.ts'

/** What the runner tells of each stage, for the metrics: cheap, for every request. */
export interface StageMeter {
  stage(name: string): Meter
}

/** What a stage is metered as: a filter may run a second time, late. */
export const meterName = (kind: string, stage: string): string => (kind === 'late filter' ? `late_${stage}` : stage)

export interface Meter {
  observe(ms: number, kept: number, removed: number): void
  failed(): void
}

export type StepKind = 'hydrate' | 'source' | 'enrich' | 'filter' | 'score' | 'rank' | 'select' | 'late filter' | 'commit'

/** What one stage did with one request: made only when asked for. */
export interface TraceStep {
  readonly kind: StepKind
  readonly name: string
  readonly ms: number
  /** Items that a source brought, with its score; that a filter kept; that were ranked or picked, with their place from 0. */
  readonly items: ReadonlyMap<number, number>
  /** Items that a filter removed. */
  readonly removed: readonly number[]
  /** By column and item, what the columns hold after scoring. */
  readonly columns: Readonly<Record<string, ReadonlyMap<number, number>>>
  readonly failure?: string
}

export type Trace = TraceStep[]

/** What a stage left behind: rows in an order, rows removed; for a source, items and their scores. */
export interface Left {
  readonly rows?: ArrayLike<number>
  readonly removed?: readonly number[]
  readonly found?: Pick<Found, 'count' | 'items' | 'scores'>
}

const nothing: Left = {}

/** Takes down, for one request, how each stage went: for the metrics always, as a trace where one is wanted. */
export class Recorder<Column extends string> {
  /** Names of stages that failed or were too slow. */
  readonly failed: string[] = []
  readonly #meters: ReadonlyMap<string, Meter>
  readonly #candidates: Candidates<Column>
  readonly #trace: Trace | undefined

  constructor(meters: ReadonlyMap<string, Meter>, candidates: Candidates<Column>, trace: Trace | undefined) {
    this.#meters = meters
    this.#candidates = candidates
    this.#trace = trace
  }

  /** Whether a trace is wanted: only then need a stage say more than how many it kept and removed. */
  get traces(): boolean {
    return this.#trace !== undefined
  }

  /** Candidates that are left. */
  get live(): number {
    return this.#candidates.live
  }

  went(kind: StepKind, name: string, started: number, kept: number, removed: number, left = nothing): void {
    const ms = performance.now() - started
    this.#meters.get(meterName(kind, name))?.observe(ms, kept, removed)
    this.#trace?.push({ kind, name, ms, ...this.#details(kind, left) })
  }

  broke(kind: StepKind, name: string, started: number, error: unknown): void {
    this.#meters.get(meterName(kind, name))?.failed()
    this.#trace?.push({ kind, name, ms: performance.now() - started, items: new Map(), removed: [], columns: {}, failure: String(error) })
    this.failed.push(name)
  }

  #details(kind: StepKind, { found, removed = [], rows = [] }: Left): Pick<TraceStep, 'items' | 'removed' | 'columns'> {
    const { columns, item, live, rows: all } = this.#candidates
    const items = new Map<number, number>()
    for (let at = 0; at < (found?.count ?? 0); at++) items.set(found!.items[at]!, found!.scores[at]!)
    Array.from(rows).forEach((row, place) => void items.set(item[row]!, place))
    const scored = kind === 'rank' ? Array.from(all.subarray(0, live)) : []
    const byColumn = Object.entries<Float32Array>(columns).map(
      ([name, column]) => [name, new Map(scored.map((row) => [item[row]!, column[row]!]))] as const,
    )
    return { items, removed: removed.map((row) => item[row]!), columns: Object.fromEntries(byColumn) }
  }
}
