import { attempt } from './attempt.ts'
import { Candidates } from './candidates.ts'
import { describe } from './describe.ts'
import { Found } from './found.ts'
import { rank } from './rank.ts'
import type { Filter, Pipeline } from './stages.ts'
import { type Meter, meterName, Recorder, type StageMeter, type StepKind, type Trace } from './trace.ts'

export interface RunOptions {
  readonly signal: AbortSignal
  /** For stages that name none. */
  readonly deadlineMs: number
  /** The least time that any stage gets, in ms: for runs that nobody waits for. */
  readonly patienceMs?: number
  /** Gets a step a stage, when given. */
  readonly trace?: Trace
  /** Is called when the page is there, before it is made durable: from then on there is little to compute, and much to wait for. */
  readonly onPage?: () => void
  /** Leaves out commit and most side effects: what would be shown, without showing it. */
  readonly dry?: boolean
}

export interface Run<Column extends string> {
  readonly candidates: Candidates<Column>
  /** Rows of the page, in order. */
  readonly page: readonly number[]
  /** Names of stages that failed or were too slow. */
  readonly failed: readonly string[]
  /** Scores that were not finite, and sank to the bottom. */
  readonly nonFinite: number
  /** Runs the side effects, when the answer has left, and gives the candidates' memory back. */
  finish(): Promise<void>
}

/** Of the ranking, selectors and refills see this many times the page, and some. */
const reserveFactor = 6
const leastReserve = 40

/** What a request works in. */
interface Room<Column extends string> {
  readonly candidates: Candidates<Column>
  /** Of each source. */
  readonly found: readonly Found[]
}

function newRoom<Column extends string>(capacity: number, columns: readonly Column[], sources: number): Room<Column> {
  const found = Array.from({ length: sources }, () => new Found())
  return { candidates: new Candidates(capacity, columns, found), found }
}

interface Step<Query, Column extends string> extends Room<Column> {
  readonly query: Query
  readonly recorder: Recorder<Column>
  readonly signal: AbortSignal
  readonly deadlineMs: number
  readonly patienceMs: number
}

/** Runs a pipeline. It measures, so that no stage has to, and keeps every stage to its deadline. */
export class Runner<Query, Column extends string> {
  readonly #pipeline: Pipeline<Query, Column>
  readonly #meters: ReadonlyMap<string, Meter>
  readonly #idle: Room<Column>[] = []

  constructor(pipeline: Pipeline<Query, Column>, meter: StageMeter) {
    this.#pipeline = pipeline
    const names = describe(pipeline).map(({ kind, name }) => meterName(kind, name))
    this.#meters = new Map(names.map((name) => [name, meter.stage(name)]))
  }

  /** Throws where a stage failed that may not, or the signal aborted. */
  async run(query: Query, { signal, deadlineMs, patienceMs = 0, trace, onPage, dry = false }: RunOptions): Promise<Run<Column>> {
    const pipeline = this.#pipeline
    const { candidates, found } = this.#room()
    const recorder = new Recorder(this.#meters, candidates, trace)
    const step = { query, candidates, found, recorder, signal, deadlineMs, patienceMs }

    await together(pipeline.hydrate.map((stage) => attempt('hydrate', stage, step, () => stage.hydrate(query, signal))))
    await this.#findCandidates(step)
    for (const stage of pipeline.enrich) await attempt('enrich', stage, step, () => stage.hydrate(query, candidates, signal))
    for (const filter of pipeline.filters) candidates.live = applyFilter(step, 'filter', filter, candidates.rows, candidates.live)
    // Where nothing is left there is nothing to score, and a model may not bear an empty batch.
    const scorers = candidates.live > 0 ? pipeline.scorers : []
    for (const stage of scorers) await attempt('score', stage, step, () => stage.score(query, candidates, signal))
    const started = performance.now()
    // A page and its reserve need no more; a trace tells of all, and changes nothing.
    const most = reserveFactor * pipeline.wanted(query) + leastReserve
    const { ranked: all, nonFinite } = rank(pipeline, candidates, trace === undefined ? most : candidates.count)
    recorder.went('rank', pipeline.name, started, all.length, 0, { rows: all })
    const ranked = all.slice(0, most)
    const page = this.#late(step, ranked, this.#select(step, ranked))
    onPage?.()
    for (const stage of dry ? [] : pipeline.commit) {
      await attempt('commit', stage, step, () => stage.commit(query, candidates, page, recorder.failed, signal))
    }
    return { candidates, page, failed: recorder.failed, nonFinite, finish: () => this.#finish(step, dry) }
  }

  #room(): Room<Column> {
    const { capacity, columns, sources } = this.#pipeline
    const room = this.#idle.pop() ?? newRoom(capacity, columns, sources.length)
    room.candidates.clear()
    for (const found of room.found) found.clear()
    return room
  }

  /** All sources side by side; what they found is merged in the order of the list, whoever was faster. */
  async #findCandidates(step: Step<Query, Column>): Promise<void> {
    const { query, candidates, signal } = step
    const { sources } = this.#pipeline
    const inTime = await together(
      sources.map((source, index) => {
        const found = step.found[index]!
        return attempt('source', source, step, () => source.find(query, found, signal), { found })
      }),
    )
    for (let index = 0; index < sources.length; index++) {
      // What a source adds after its deadline must not reach the next stage.
      if (!inTime[index]) continue
      const { count, items, scores } = step.found[index]!
      const { scoreInto } = sources[index]!
      const column = scoreInto === undefined ? undefined : candidates.columns[scoreInto]
      for (let at = 0; at < count; at++) {
        const row = candidates.add(items[at]!, index)
        if (row >= 0 && column !== undefined) column[row] = scores[at]!
      }
    }
  }

  #select({ query, candidates, recorder }: Step<Query, Column>, ranked: readonly number[]): number[] {
    let page = ranked.slice(0, this.#pipeline.wanted(query))
    for (const selector of this.#pipeline.selectors) {
      if (selector.enabled?.(query) === false) continue
      const started = performance.now()
      page = selector.select(query, candidates, ranked, page)
      recorder.went('select', selector.name, started, page.length, 0, { rows: page })
    }
    return page
  }

  /** Filters the page once more; what goes is replaced from the ranking. */
  #late(step: Step<Query, Column>, ranked: readonly number[], picked: readonly number[]): number[] {
    const keep = (rows: readonly number[]) => {
      let live = Uint32Array.from(rows)
      for (const filter of this.#pipeline.lateFilters) live = live.subarray(0, applyFilter(step, 'late filter', filter, live, live.length))
      return [...live]
    }
    const page = keep(picked)
    if (page.length === picked.length) return page
    const used = new Set(picked)
    const reserve = keep(ranked.filter((row) => !used.has(row)))
    return page.concat(reserve.slice(0, picked.length - page.length))
  }

  async #finish({ query, candidates, found, recorder }: Step<Query, Column>, dry: boolean): Promise<void> {
    // A stage that came too late may still be writing: its room is not used again.
    if (recorder.failed.length === 0) this.#idle.push({ candidates, found })
    for (const stage of this.#pipeline.sideEffects) {
      if (dry && stage.followsDryRuns !== true) continue
      try {
        if (stage.enabled?.(query) !== false) await stage.run(query)
      } catch {
        this.#meters.get(stage.name)?.failed()
      }
    }
  }
}

/** Like `Promise.all`, and at once where nobody has to be waited for. */
function together(outcomes: readonly (boolean | Promise<boolean>)[]): readonly boolean[] | Promise<boolean[]> {
  return outcomes.some((outcome) => outcome instanceof Promise) ? Promise.all(outcomes) : (outcomes as readonly boolean[])
}

/** Moves the rows that stay to the front of `rows`; how many there are. */
function applyFilter<Query, Column extends string>(
  { query, candidates, recorder }: Step<Query, Column>,
  kind: StepKind,
  filter: Filter<Query, Column>,
  rows: Uint32Array,
  length: number,
): number {
  if (filter.enabled?.(query) === false) return length
  const started = performance.now()
  const removed: number[] | undefined = recorder.traces ? [] : undefined
  let kept = 0
  for (let at = 0; at < length; at++) {
    const row = rows[at]!
    if (filter.removes(query, candidates, row)) removed?.push(row)
    else rows[kept++] = row
  }
  recorder.went(kind, filter.name, started, kept, length - kept, removed && { rows: rows.subarray(0, kept), removed })
  return kept
}
