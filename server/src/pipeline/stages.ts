import type { Candidates } from './candidates.ts'

/** Every stage has a name, unique within its pipeline, and may sit a request out. */
export interface Stage<Query> {
  readonly name: string
  enabled?(query: Query): boolean
}

/** A stage that may wait or fail: `skip` leaves it out of this request, `fail` ends the request. */
export interface FallibleStage<Query> extends Stage<Query> {
  readonly onFailure: 'skip' | 'fail'
  /** In ms; the runner's default where it is not given. */
  readonly deadlineMs?: number
}

/** Where a source puts what it finds: items with the source's own score. */
export interface Finding {
  add(item: number, score: number): void
}

/** Fills the query. */
export interface QueryHydrator<Query> extends FallibleStage<Query> {
  hydrate(query: Query, signal: AbortSignal): void | Promise<void>
}

/** Brings candidates. */
export interface Source<Query, Column extends string> extends FallibleStage<Query> {
  /** The column that takes the source's score. */
  readonly scoreInto?: Column
  find(query: Query, finding: Finding, signal: AbortSignal): void | Promise<void>
}

/** Adds fields to candidates; drops none. */
export interface Hydrator<Query, Column extends string> extends FallibleStage<Query> {
  hydrate(query: Query, candidates: Candidates<Column>, signal: AbortSignal): void | Promise<void>
}

/** Only drops, by looking at one row: pure and synchronous. */
export interface Filter<Query, Column extends string> extends Stage<Query> {
  removes(query: Query, candidates: Candidates<Column>, row: number): boolean
}

/** Fills columns with scores. */
export interface Scorer<Query, Column extends string> extends FallibleStage<Query> {
  score(query: Query, candidates: Candidates<Column>, signal: AbortSignal): void | Promise<void>
}

/** Picks and orders. `ranked` holds rows, best first; what comes back is the page as it stands after this stage. */
export interface Selector<Query, Column extends string> extends Stage<Query> {
  select(query: Query, candidates: Candidates<Column>, ranked: readonly number[], page: readonly number[]): number[]
}

/** Makes the page durable before the answer leaves. `failed` names the stages that the page had to do without. */
export interface Commit<Query, Column extends string> extends FallibleStage<Query> {
  commit(
    query: Query,
    candidates: Candidates<Column>,
    page: readonly number[],
    failed: readonly string[],
    signal: AbortSignal,
  ): Promise<void>
}

/** Runs after the answer has left. */
export interface SideEffect<Query> extends Stage<Query> {
  /** Whether it also follows a dry run: where it gives back what the run has used. */
  readonly followsDryRuns?: boolean
  run(query: Query): void | Promise<void>
}

/** A feed, as a list of stages. */
export interface Pipeline<Query, Column extends string> {
  readonly name: string
  readonly columns: readonly Column[]
  /** The column that ranks. */
  readonly rankBy: Column
  /** Most candidates a request may have. */
  readonly capacity: number
  readonly hydrate: readonly QueryHydrator<Query>[]
  readonly sources: readonly Source<Query, Column>[]
  readonly enrich: readonly Hydrator<Query, Column>[]
  readonly filters: readonly Filter<Query, Column>[]
  readonly scorers: readonly Scorer<Query, Column>[]
  readonly selectors: readonly Selector<Query, Column>[]
  /** Run on the page itself; what they drop is replaced from the ranking. */
  readonly lateFilters: readonly Filter<Query, Column>[]
  readonly commit: readonly Commit<Query, Column>[]
  readonly sideEffects: readonly SideEffect<Query>[]
  /** Whether the ranking may use a row; selectors may place the others. */
  ranks(candidates: Candidates<Column>, row: number): boolean
  /** How many results a request wants. */
  wanted(query: Query): number
  /** Orders items of equal score; the same on every machine. */
  tieBreak(item: number): number
}
