import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { VireoError } from './errors.ts'
import type { PageDiversity } from './feed/page-diversity.ts'
import type { Lag } from './lake/sink.ts'
import type { Log } from './log.ts'
import type { Meter } from './pipeline/trace.ts'
import { StageMetrics } from './stage-metrics.ts'

export type DoorName = 'grpc' | 'http'

/** Of one method at one door. */
export interface CallMetrics {
  /** `code` is OK or the code of the error. */
  ended(code: string, ms: number): void
}

export interface FeedMetrics {
  stage(name: string): Meter
  /** `reason` is why it is not at level full. */
  served(level: number, reason: string, ms: number): void
  /** For its turn, in ms. */
  waited(ms: number): void
  /** A request was turned away. */
  shed(): void
  nonFinite(count: number): void
  diversified(page: PageDiversity): void
}

/** Times in ms. */
export interface RankerMetrics {
  waited(ms: number): void
  computed(ms: number): void
  /** A thread hangs, has died, or could not be started. */
  lost(why: VireoError): void
}

export interface ModelsReading {
  /** Name and version of the model that serves; undefined where none does. */
  readonly serving: string | undefined
  /** Videos that its index can find. */
  readonly vectors: number
  /** Videos that are known by less than they might be, since the model serves. */
  readonly lacks: { readonly otherWidth: number; readonly withoutVector: number } | undefined
  /** Threads that hang. */
  readonly hanging: number
}

export interface Metrics {
  readonly registry: Registry
  call(door: DoorName, method: string): CallMetrics
  readonly feed: FeedMetrics
  logAppended(records: number, ms: number): void
  /** Of the threads that rank. */
  ranker(log: Pick<Log, 'warn'>): RankerMetrics
  /** What serves, read when the metrics are. */
  models(read: () => ModelsReading): void
  /** How the lake is, and whether this server writes it, read when the metrics are. */
  lake(lag: () => Promise<Lag>, isWriting: () => boolean): void
  /** Records of an import were written. */
  imported(records: number): void
  eventsCounted(accepted: number, duplicates: number, refused: readonly { readonly code: string }[], ms: number): void
}

/** By number of the contract's `Level`. */
const levelNames = ['unspecified', 'full', 'light_ranking', 'no_ranking', 'popular']
const fineSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1]
const keptShares = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1]
const wonDistances = [-0.05, 0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
const wonCategories = [-1, 0, 1, 2, 3, 5]
const callSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 5]

/** The metrics of one server, event-loop delay and process included. What is called often is bound to its labels once. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = (name: string, help: string, labelNames: string[] = []) => new Counter({ name, help, labelNames, registers })
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers })

  const calls = counter('vireo_api_calls_total', 'Calls by door, method and code.', ['door', 'method', 'code'])
  const callTime = histogram('vireo_api_call_seconds', 'Time of calls.', ['door', 'method'], callSeconds)
  const stages = new StageMetrics(registry, fineSeconds)
  const failed = counter('vireo_feed_stage_failed_total', 'Times that a stage failed or was too slow.', ['stage'])
  const served = counter('vireo_feed_served_total', 'Pages by level.', ['level'])
  const steppedDown = counter('vireo_feed_stepped_down_total', 'Pages that are not at level full, by level and reason.', [
    'level',
    'reason',
  ])
  const appendTime = histogram('vireo_log_append_seconds', 'Time to make records durable.', [], fineSeconds)
  const appended = counter('vireo_log_records_total', 'Records appended.')
  const importedRecords = counter('vireo_import_records_total', 'Records written by imports.')
  const events = counter('vireo_events_total', 'Events by what came of them.', ['outcome'])
  const refused = counter('vireo_events_refused_total', 'Refused events by code.', ['code'])
  const acceptTime = histogram(
    'vireo_events_accept_seconds',
    'Time from the arrival of a batch of events until the next feed reflects it.',
    [],
    callSeconds,
  )

  const feedTime = histogram('vireo_feed_seconds', 'Time to make a page.', [], fineSeconds)
  const feedWaited = histogram('vireo_feed_waited_seconds', 'Time that requests for a page waited for their turn.', [], fineSeconds)
  const shed = counter('vireo_feed_shed_total', 'Requests turned away because too many were being made.')
  const nonFinite = counter('vireo_feed_scores_not_finite_total', 'Scores that were not finite and sank to the bottom.')

  const keptRelevance = histogram(
    'vireo_page_relevance_kept',
    'Relevance of a page for each 1 that the ranking alone would give.',
    [],
    keptShares,
  )
  const distanceWon = histogram(
    'vireo_page_distance_won',
    'What diversity adds to the mean distance of videos on a page.',
    [],
    wonDistances,
  )
  const categoriesWon = histogram('vireo_page_categories_won', 'Categories that diversity adds to a page.', [], wonCategories)

  const byLevel = remember((level) => served.labels(level))
  const byCode = remember((code) => refused.labels(code))
  const accepted = events.labels('accepted')
  const duplicate = events.labels('duplicate')
  const refusedRows = events.labels('refused')

  return {
    registry,
    call(door, method) {
      const time = callTime.labels(door, method)
      const ended = remember((code) => calls.labels(door, method, code))
      return {
        ended(code, ms) {
          ended(code).inc()
          time.observe(ms / 1_000)
        },
      }
    },
    feed: {
      stage: remember((name) => ({ observe: stages.stage(name), failed: () => failed.inc({ stage: name }) })),
      served(level, reason, ms) {
        byLevel(levelNames[level] ?? 'unknown').inc()
        if (reason !== '') steppedDown.labels(levelNames[level] ?? 'unknown', reason).inc()
        feedTime.observe(ms / 1_000)
      },
      waited: (ms) => feedWaited.observe(ms / 1_000),
      shed: () => shed.inc(),
      nonFinite: (count) => nonFinite.inc(count),
      diversified({ categories, distance, plainCategories, plainDistance, relevanceKept }) {
        keptRelevance.observe(relevanceKept)
        distanceWon.observe(distance - plainDistance)
        categoriesWon.observe(categories - plainCategories)
      },
    },
    logAppended(records, ms) {
      appendTime.observe(ms / 1_000)
      appended.inc(records)
    },
    ranker(log) {
      const waited = histogram('vireo_ranker_waited_seconds', 'Time that requests waited for a thread that ranks.', [], fineSeconds)
      const computed = histogram('vireo_ranker_seconds', 'Time that threads took to rank a request.', [], fineSeconds)
      const lost = counter('vireo_ranker_lost_total', 'Threads that hung, died or could not be started.', ['code'])
      return {
        waited: (ms) => waited.observe(ms / 1_000),
        computed: (ms) => computed.observe(ms / 1_000),
        lost(err) {
          lost.labels(err.code).inc()
          log.warn({ err }, 'a thread that ranks is lost; another takes its place')
        },
      }
    },
    models(read) {
      const gauge = (name: string, help: string, labelNames: string[], set: (gauge: Gauge, reading: ModelsReading) => void) =>
        new Gauge({
          name,
          help,
          labelNames,
          registers,
          collect() {
            this.reset()
            set(this, read())
          },
        })
      gauge('vireo_model_serving', 'The model that serves.', ['model'], (of, { serving }) => serving && of.set({ model: serving }, 1))
      gauge('vireo_model_vectors', 'Videos that its index can find.', [], (of, { vectors }) => of.set(vectors))
      gauge(
        'vireo_model_videos_lacking',
        'Videos whose embedding has another width, or of which the tower made no vector.',
        ['what'],
        (of, { lacks }) => {
          of.set({ what: 'embedding' }, lacks?.otherWidth ?? 0)
          of.set({ what: 'vector' }, lacks?.withoutVector ?? 0)
        },
      )
      gauge('vireo_ranker_hanging', 'Threads that hang and were given up.', [], (of, { hanging }) => of.set(hanging))
    },
    lake(lag, isWriting) {
      const gauge = (name: string, help: string, read: (lag: Lag) => number) =>
        new Gauge({
          name,
          help,
          registers,
          async collect() {
            this.set(read(await lag()))
          },
        })
      gauge('vireo_lake_behind_records', 'Records of the log that are not in the lake.', ({ records }) => records)
      gauge('vireo_lake_behind_seconds', 'For how long the first of them has waited.', ({ seconds }) => seconds)
      gauge('vireo_lake_failing', 'Whether they wait because writing to the lake has failed.', ({ isFailing }) => Number(isFailing))
      gauge('vireo_lake_writing', 'Whether this server writes the lake: of several, one does.', () => Number(isWriting()))
    },
    imported: (records) => importedRecords.inc(records),
    eventsCounted(acceptedCount, duplicates, refusedEvents, ms) {
      acceptTime.observe(ms / 1_000)
      accepted.inc(acceptedCount)
      duplicate.inc(duplicates)
      refusedRows.inc(refusedEvents.length)
      for (const { code } of refusedEvents) byCode(code).inc()
    },
  }
}

function remember<Value>(make: (name: string) => Value): (name: string) => Value {
  const made = new Map<string, Value>()
  return (name) => {
    const known = made.get(name)
    if (known !== undefined) return known
    const value = make(name)
    made.set(name, value)
    return value
  }
}
