import type { Clock } from '../clock.ts'
import { Overloaded, Unavailable, VireoError } from '../errors.ts'
import { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { Level, type RecsRequest, type RecsResponse } from '../generated/vireo/v1/feed.ts'
import { PersonState } from '../people/person-state.ts'
import { Candidates } from '../pipeline/candidates.ts'
import { Runner, type RunOptions } from '../pipeline/runner.ts'
import type { StageMeter, Trace } from '../pipeline/trace.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Exclusive } from '../ports/exclusive.ts'
import type { PersonStore } from '../ports/person-store.ts'
import { Turns } from '../turns.ts'
import { type AnswerParts, answer } from './answer.ts'
import type { Column, FeedParts, FeedPipeline, FeedQuery, FeedSettings } from './feed-pipeline.ts'
import type { PageDiversity } from './page-diversity.ts'
import type { Lookup } from './removals.ts'
import { checkRequest, queryOf, type RequestLimits } from './request.ts'
import { type Turn, WaitingLine } from './waiting-line.ts'

export interface FeedLimits extends RequestLimits {
  /** Requests worked on at the same time; one more is refused. */
  readonly maxInFlight: number
  /** For each stage, in ms. */
  readonly stageDeadlineMs: number
  /** Pages worked on at the same time; others wait for their turn. */
  readonly atOnce: number
  /** For a turn, in ms: while the last in line would wait for longer, pages take less work. */
  readonly waitMs: number
}

export interface FeedServiceParts extends FeedParts, AnswerParts {
  readonly people: PersonStore
  readonly log: EventLog
  readonly clock: Clock
  readonly limits: FeedLimits
  readonly settings: FeedSettings
  readonly meter: FeedMeter
  /** Of several servers that share people and catalogue. */
  readonly exclusive: Exclusive | undefined
  /** For a page to become durable, in ms; so long the next one of the same person waits for it. */
  readonly commitDeadlineMs: number
  /** Where it begins to number requests that bring no number: each of several servers somewhere else. */
  readonly firstRequest: number
}

export interface FeedMeter extends StageMeter {
  served(level: Level, reason: string, ms: number): void
  /** For its turn, in ms. */
  waited(ms: number): void
  shed(): void
  nonFinite(count: number): void
  diversified(page: PageDiversity): void
}

/** A page that was made and not served. */
export interface Preview {
  readonly query: FeedQuery
  readonly trace: Trace
  readonly candidates: Candidates<Column>
  /** Rows of the page, in order. */
  readonly page: readonly number[]
}

const noMeter: StageMeter = { stage: () => ({ observe: () => undefined, failed: () => undefined }) }

/** Feeds that one turn of the event loop begins, in ms of work. */
const turnMs = 4
/** A retry gets the same page for this long, in s. */
const pageKeptS = 600

/** What is known of who asks. */
interface Known {
  readonly state: PersonState
  readonly isUnknown: boolean
}

/** Answers requests for the next page. */
export class FeedService {
  readonly #parts: FeedServiceParts
  readonly #pipeline: FeedPipeline
  readonly #runner: Runner<FeedQuery, Column>
  /** Of pages that nobody is shown: what these take is not the feed's. */
  readonly #uncounted: Runner<FeedQuery, Column>
  /** Pages being made, so that retries wait for the same one. */
  readonly #making = new Map<string, { readonly page: Promise<RecsResponse>; readonly signal: AbortSignal }>()
  /** What was looked up of pages that were made. */
  readonly #lookups = new WeakMap<RecsResponse, Lookup>()
  readonly #turns = new Turns(turnMs)
  readonly #line: WaitingLine
  #inFlight = 0
  #fresh: number

  constructor(parts: FeedServiceParts, pipeline: FeedPipeline) {
    this.#parts = parts
    this.#fresh = parts.firstRequest
    this.#pipeline = pipeline
    this.#runner = new Runner(pipeline, parts.meter)
    this.#uncounted = new Runner(pipeline, noMeter)
    this.#line = new WaitingLine(parts.limits)
  }

  async getVideos(request: RecsRequest, signal: AbortSignal): Promise<RecsResponse> {
    const begunMs = performance.now()
    const page = await this.#page(request, signal)
    if (this.#parts.removals === undefined) return page
    // Looked up while the page was written, unless that was for somebody who asked before.
    const lookup = this.#lookups.get(page)
    return this.#parts.removals.without(page, lookup !== undefined && lookup.begunMs >= begunMs ? lookup : undefined)
  }

  async #page(request: RecsRequest, signal: AbortSignal): Promise<RecsResponse> {
    const { limits, meter } = this.#parts
    checkRequest(request, limits)
    if (this.#inFlight >= limits.maxInFlight) {
      meter.shed()
      throw new Overloaded(`${limits.maxInFlight} feeds are being made already: try again in a moment`)
    }
    this.#inFlight++
    try {
      if (request.requestId === 0n) return await this.#alone(request, (person) => this.#make(request, this.#freshId(), signal, person))
      const key = JSON.stringify([request.userid, String(request.requestId), request.pageNumber])
      for (let other = this.#making.get(key); other !== undefined; other = this.#making.get(key)) {
        try {
          return await other.page
        } catch (error) {
          // Whoever asked first may have gone: that is no reason for those who wait.
          if (!other.signal.aborted || signal.aborted) throw error
        }
      }
      const page = this.#alone(request, (person) => this.#retryOrMake(request, signal, person))
      this.#making.set(key, { page, signal })
      try {
        return await page
      } finally {
        this.#making.delete(key)
      }
    } finally {
      this.#inFlight--
    }
  }

  /**
   * What the person would see next, also with other settings, with the trace of every stage; nothing is marked as seen, and
   * nothing counted. `look` is called before the memory of candidates and features is used again.
   */
  async preview<Result>(
    request: RecsRequest,
    signal: AbortSignal,
    look: (preview: Preview) => Result,
    changes: Partial<FeedSettings> = {},
  ): Promise<Result> {
    checkRequest(request, this.#parts.limits)
    await this.#turns.wait()
    const state = await this.#parts.people.read(request.userid)
    const settings = { ...this.#parts.settings, ...changes }
    const query = this.#query(request, String(request.requestId), state, settings)
    const trace: Trace = []
    const run = await this.#run(this.#uncounted, query, signal, { trace, dry: true })
    try {
      return look({ query, trace, candidates: run.candidates, page: run.page })
    } finally {
      await run.finish()
    }
  }

  /** Makes one page of a person at a time, on all servers, so that each knows what was on the one before. */
  async #alone({ userid }: RecsRequest, make: (person?: Known) => Promise<RecsResponse>): Promise<RecsResponse> {
    if (this.#parts.exclusive === undefined) return make()
    const holding = this.#parts.exclusive.hold('page', this.#parts.commitDeadlineMs, userid)
    const reading = this.#personOf(userid)
    reading.catch(() => undefined)
    await using held = await holding
    return await make(held?.hasWaited === true ? undefined : await reading)
  }

  async #retryOrMake(request: RecsRequest, signal: AbortSignal, person?: Known): Promise<RecsResponse> {
    const { log, clock } = this.#parts
    const requestId = String(request.requestId)
    const { state } = person ?? (await this.#personOf(request.userid))
    const known = state.pages.findLast((page) => page.requestId === requestId && page.pageNumber === request.pageNumber)
    if (known !== undefined && clock.now() / 1000 - known.timeS <= pageKeptS) {
      const record = await log.get(known.place)
      if (record !== undefined) return answer(SlateRecord.decode(record.value), this.#parts)
    }
    return this.#make(request, requestId, signal, person)
  }

  async #make(request: RecsRequest, requestId: string, signal: AbortSignal, person?: Known): Promise<RecsResponse> {
    const { meter } = this.#parts
    const started = performance.now()
    const entered = this.#line.enter()
    const turn = entered instanceof Promise ? await entered : entered
    try {
      meter.waited(turn.waitedMs)
      signal.throwIfAborted()
      const waiting = this.#turns.wait()
      if (waiting !== undefined) await waiting
      const { state, isUnknown } = person ?? (await this.#personOf(request.userid))
      const query = this.#queryAt(turn.level, request, requestId, state)
      let response = await this.#answered(request, query, turn, signal)
      if (isUnknown)
        response = { ...response, level: Level.LEVEL_POPULAR, levelReason: 'failure', degraded: ['people', ...response.degraded] }
      meter.served(response.level, response.levelReason, performance.now() - started)
      if (query.lookup !== undefined) this.#lookups.set(response, query.lookup)
      return response
    } finally {
      turn.end()
    }
  }

  /** A query for a page that may take no more work than its level says. */
  #queryAt(level: Level, request: RecsRequest, requestId: string, state: PersonState): FeedQuery {
    const { models, settings } = this.#parts
    const ranks = settings.models && models.current?.ranks === true
    // The score without a model needs neither features nor a search, which is what takes the time.
    if (level === Level.LEVEL_FULL || (!ranks && level !== Level.LEVEL_POPULAR)) return this.#query(request, requestId, state, settings)
    const less = level === Level.LEVEL_LIGHT_RANKING ? { bestLevel: level } : { models: false }
    const query = this.#query(request, requestId, state, { ...settings, ...less })
    query.level = level
    query.levelReason = 'load'
    return query
  }

  async #answered(request: RecsRequest, query: FeedQuery, turn: Turn, signal: AbortSignal): Promise<RecsResponse> {
    try {
      this.#parts.charts.refresh()
      const popular = query.level === Level.LEVEL_POPULAR ? this.#popular(query) : undefined
      if (popular !== undefined) return popular
      // Who has seen all that is popular gets what comes next.
      if (query.level === Level.LEVEL_POPULAR) query.level = Level.LEVEL_NO_RANKING
      return await this.#ranked(request, query, turn, signal)
    } catch (error) {
      if (signal.aborted) throw error
      query.levelReason = 'failure'
      const popular = this.#popular(query)
      if (popular === undefined) throw new Unavailable('NO_VIDEOS', 'There are no videos, not even popular ones to fall back to', error)
      return popular
    }
  }

  /** Rejects where stages failed that may not, or nothing was found. */
  async #ranked(request: RecsRequest, query: FeedQuery, turn: Turn, signal: AbortSignal): Promise<RecsResponse> {
    const { meter } = this.#parts
    // From then on it waits for the disk, and nobody has to wait for it.
    const run = await this.#run(this.#runner, query, signal, { onPage: turn.made })
    const isEmptyFine = request.allowEmpty || this.#parts.catalog.cleared > 0
    if (run.page.length === 0 && (run.failed.length > 0 || !isEmptyFine)) {
      throw new Error(`No candidates; failed: ${run.failed.join(', ') || 'none'}`)
    }
    const response = answer(query.slate!, this.#parts)
    response.degraded = [...run.failed]
    if (run.nonFinite > 0) meter.nonFinite(run.nonFinite)
    if (query.pageDiversity !== undefined) meter.diversified(query.pageDiversity)
    setImmediate(() => void run.finish())
    return response
  }

  /** Where it can't be said what is known of a person, they are shown what anybody would be. */
  async #personOf(person: string): Promise<Known> {
    try {
      return { state: await this.#parts.people.read(person, true), isUnknown: false }
    } catch (error) {
      if (!(error instanceof VireoError) || !error.retryable) throw error
      return { state: new PersonState(), isUnknown: true }
    }
  }

  #query(request: RecsRequest, requestId: string, state: PersonState, settings: FeedSettings): FeedQuery {
    const { catalog, clock, limits, models } = this.#parts
    return queryOf(request, { requestId, nowMs: clock.now(), state, catalog, limits, settings, model: models.current })
  }

  #run(runner: Runner<FeedQuery, Column>, query: FeedQuery, signal: AbortSignal, how: Partial<RunOptions>) {
    this.#parts.charts.refresh()
    const { patienceMs = 0 } = query.settings
    return runner.run(query, { signal, deadlineMs: this.#parts.limits.stageDeadlineMs, patienceMs, ...how })
  }

  /** Popular videos from memory that no filter removes; undefined where there are none. */
  #popular(query: FeedQuery): RecsResponse | undefined {
    const { catalog, charts, unrecorded } = this.#parts
    this.#fillAgain(query)
    const filters = this.#pipeline.filters.filter((filter) => filter.enabled?.(query) !== false)
    const alone = new Candidates(1, this.#pipeline.columns)
    const slots: number[] = []
    for (const slot of charts.popular) {
      if (slots.length === query.count) break
      alone.clear()
      const row = alone.add(slot, 0)
      if (!filters.some((filter) => filter.removes(query, alone, row))) slots.push(slot)
    }
    if (slots.length === 0) return undefined
    unrecorded.add(query.person, slots)
    const slate = popularSlate(
      query,
      slots.map((slot) => catalog.ids.id(slot)),
    )
    return answer(slate, this.#parts)
  }

  /** What the filters need of the query may be missing where the run has failed early. */
  #fillAgain(query: FeedQuery): void {
    for (const stage of this.#pipeline.hydrate) {
      try {
        stage.hydrate(query, AbortSignal.abort())?.catch(() => undefined)
      } catch {}
    }
  }

  /** Unique within the process, and across restarts by the time. */
  #freshId(): string {
    this.#fresh = (this.#fresh + 1) % 2 ** 20
    return String(BigInt(this.#parts.clock.now()) * 2n ** 20n + BigInt(this.#fresh))
  }
}

function popularSlate(query: FeedQuery, videoIds: readonly string[]): SlateRecord {
  return SlateRecord.fromPartial({
    person: query.person,
    timeMs: query.nowMs,
    requestId: query.requestId,
    pageNumber: query.pageNumber,
    count: query.places,
    level: Level.LEVEL_POPULAR,
    levelReason: query.levelReason,
    degraded: ['for_you'],
    surface: query.surface,
    sources: ['popular'],
    items: videoIds.map((videoId, position) => ({ videoId, position, reason: 'Popular this week' })),
  })
}
